//go:build js && wasm

package main

import (
	"runtime"
	"syscall/js"

	"github.com/fovea-nn/fovea/nn/simd"
	"github.com/fovea-nn/fovea/nn/webgpu"
)

type memoryInfo struct {
	ProgramBytes int `js:"programBytes"`
	UsedBytes    int `js:"usedBytes"`
	DeviceBytes  int `js:"deviceBytes"`
	Nets         int `js:"nets"`
	Datasets     int `js:"datasets"`
}

func init() {
	handlers["memory"] = func(c *call) (any, error) {
		runtime.GC() // what is garbage is not used
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		c.mu.Lock()
		defer c.mu.Unlock()
		info := memoryInfo{ProgramBytes: int(m.Sys), UsedBytes: int(m.HeapAlloc), Nets: len(c.nets), Datasets: len(c.datasets)}
		if memory := js.Global().Get("foveaMemory"); memory.Truthy() {
			info.ProgramBytes = memory.Get("buffer").Get("byteLength").Int()
		}
		for _, n := range c.nets {
			switch d := n.dev.(type) {
			case *simd.Device:
				info.DeviceBytes += d.Used()
			case *webgpu.Device:
				info.DeviceBytes += d.Stats().BufferBytes + d.Stats().TextureBytes
			}
		}
		return info, nil
	}
}
