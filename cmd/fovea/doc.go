// Fovea is the command line of the library:
//
//	fovea summary NET           layers, shapes, parameters, operations, memory
//	fovea draw NET -o net.svg   the architecture
//	fovea zoo                   published nets
//	fovea data mnist            fetch a data set
//	fovea train NET DATA -o F   train and save
//	fovea eval MODEL DATA       accuracy, confusion matrix, precision and recall
//	fovea classify MODEL IMAGE  what pictures show
//	fovea map MODEL IMAGE       where in a picture a class is
//	fovea convert MODEL -o F    another format, or fewer bits
//	fovea diff MODEL OTHER      the first layer in which two models differ
//	fovea features MODEL DATA   what a layer gives, for NumPy
//	fovea plan NET              steps of a backend, and their times
//	fovea serve                 the built site
//
// NET is a net's text, @FILE a file that holds one, - the standard input, zoo:NAME a published net, or a file that Fovea
// saved. MODEL is a file with weights that Fovea saved, an ONNX model, a model.json or weights of the zoo. `fovea help COMMAND` tells the flags, and docs/cli.md has an example of each.
//
// The command also runs in headless Chromium, where the engine is the one that pages have and there is WebGPU:
//
//	go build -o dist/bin/gotest ./internal/browser/gotest
//	GOOS=js GOARCH=wasm go run -exec dist/bin/gotest ./cmd/fovea plan --backend webgpu --profile NET
//
// The exit code is 0 for success, 1 for a failure, such as an error in the net, 2 for a wrong command line and 130 after an
// interrupt.
package main
