//go:build js && wasm

package main

import (
	"context"
	"errors"
	"net/url"
	"syscall/js"

	"github.com/fovea-nn/fovea/webgpu"
)

// adapterNotes keeps notes on adapters in the browser's cache storage, which workers have too. A page without it (not served
// securely, or in a private window) keeps none.
type adapterNotes struct{}

var errNoCache = errors.New("this page has no cache storage")

// entry opens the cache and returns the address of an entry.
func (adapterNotes) entry(ctx context.Context, name string) (cache js.Value, address string, err error) {
	caches := js.Global().Get("caches")
	if caches.Type() != js.TypeObject {
		return cache, "", errNoCache
	}
	cache, err = webgpu.Await(ctx, func() js.Value { return caches.Call("open", "fovea-adapters") })
	return cache, "/fovea-adapters/" + url.PathEscape(name), err
}

func (n adapterNotes) Load(ctx context.Context, name string) ([]byte, error) {
	cache, address, err := n.entry(ctx, name)
	if err != nil {
		return nil, err
	}
	found, err := webgpu.Await(ctx, func() js.Value { return cache.Call("match", address) })
	if err != nil || found.Type() != js.TypeObject {
		return nil, err
	}
	text, err := webgpu.Await(ctx, func() js.Value { return found.Call("text") })
	if err != nil {
		return nil, err
	}
	return []byte(text.String()), nil
}

func (n adapterNotes) Save(ctx context.Context, name string, text []byte) error {
	cache, address, err := n.entry(ctx, name)
	if err != nil {
		return err
	}
	_, err = webgpu.Await(ctx, func() js.Value {
		return cache.Call("put", address, js.Global().Get("Response").New(string(text)))
	})
	return err
}
