//go:build js && wasm

package main

import (
	"context"
	"fmt"
	"syscall/js"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/webgpu"
)

// backendInfo describes a backend to the page.
type backendInfo struct {
	Name      string `js:"name"`
	Available bool   `js:"available"`
	Adapter   string `js:"adapter"`
	Software  bool   `js:"software"`
	Reason    string `js:"reason"`
}

func infoOf(i plan.Info) backendInfo {
	return backendInfo{Name: i.Backend, Available: true, Adapter: i.Adapter, Software: i.Software}
}

// openBackend opens a device. "auto" takes a GPU if there is a real one, else pure Go: a software adapter is a processor
// again, behind a longer way.
func openBackend(ctx context.Context, name string) (plan.Device, error) {
	switch name {
	case "cpu":
		return cpu.New(0), nil
	case "webgpu":
		d, err := webgpu.Open(ctx)
		if err != nil {
			return nil, &apiError{Code: "backend", Message: "WebGPU does not start: " + sentence(err.Error()) + "; choose pure Go"}
		}
		return d, nil
	case "", "auto":
		if d, err := webgpu.Open(ctx); err == nil {
			if !d.Info().Software {
				return d, nil
			}
			d.Close()
		}
		return cpu.New(0), nil
	}
	return nil, &apiError{Code: "argument", Message: fmt.Sprintf("there is no backend %q, want webgpu, cpu or auto", name)}
}

func init() {
	handlers["backends"] = func(a *app, _ js.Value) (any, error) {
		list := js.Global().Get("Array").New()
		gpu := backendInfo{Name: "webgpu"}
		if d, err := webgpu.Open(a.ctx); err != nil {
			gpu.Reason = sentence(err.Error())
		} else {
			gpu = infoOf(d.Info())
			d.Close()
		}
		list.Call("push", toJS(gpu), toJS(infoOf(cpu.New(0).Info())))
		return raw{list}, nil
	}
}
