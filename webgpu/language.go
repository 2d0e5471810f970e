//go:build js && wasm

package webgpu

import "syscall/js"

// LanguageFeature reports whether the browser's WGSL has a feature, such as packed_4x8_integer_dot_product.
//
// https://www.w3.org/TR/webgpu/#gpuwgsllanguagefeatures
func LanguageFeature(name string) bool {
	nav := js.Global().Get("navigator")
	if nav.Type() != js.TypeObject || nav.Get("gpu").Type() != js.TypeObject {
		return false
	}
	features := nav.Get("gpu").Get("wgslLanguageFeatures")
	return features.Type() == js.TypeObject && features.Call("has", name).Bool()
}
