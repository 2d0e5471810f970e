//go:build js && wasm

package webgpu

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"syscall/js"
)

// RequestAdapterOptions chooses an adapter. PowerPreference is "", "low-power" or "high-performance".
//
// https://www.w3.org/TR/webgpu/#dictdef-gpurequestadapteroptions
type RequestAdapterOptions struct {
	PowerPreference      string
	ForceFallbackAdapter bool
}

// Adapter is one way to compute: a GPU and its driver, or a software renderer.
type Adapter struct{ v js.Value }

// RequestAdapter asks the browser for an adapter; nil options let it choose. It returns an error that
// is ErrUnavailable, and says why in plain words, where there is none.
//
// https://www.w3.org/TR/webgpu/#dom-gpu-requestadapter
func RequestAdapter(ctx context.Context, options *RequestAdapterOptions) (*Adapter, error) {
	gpu := js.Undefined()
	if nav := js.Global().Get("navigator"); nav.Type() == js.TypeObject {
		gpu = nav.Get("gpu")
	}
	if gpu.Type() != js.TypeObject {
		if js.Global().Get("isSecureContext").Equal(js.ValueOf(false)) {
			return nil, fmt.Errorf("%w: the page is not served over https or from localhost", ErrUnavailable)
		}
		return nil, fmt.Errorf("%w: this browser does not offer it (no navigator.gpu)", ErrUnavailable)
	}
	o := object()
	if options != nil {
		if options.PowerPreference != "" {
			o.Set("powerPreference", options.PowerPreference)
		}
		o.Set("forceFallbackAdapter", options.ForceFallbackAdapter)
	}
	var promise js.Value
	if err := catch(func() { promise = gpu.Call("requestAdapter", o) }); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	v, err := await(ctx, promise, nil)
	switch {
	case ctx.Err() != nil && err != nil:
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	case v.IsNull():
		return nil, fmt.Errorf("%w: the browser has no adapter for it (no GPU, a blocked driver, or WebGPU switched off)", ErrUnavailable)
	}
	return &Adapter{v}, nil
}

// AdapterInfo says what computes. Browsers leave fields empty to hide who the user is.
//
// https://www.w3.org/TR/webgpu/#gpuadapterinfo
type AdapterInfo struct {
	Vendor, Architecture, Device, Description string

	IsFallback               bool // a software renderer, or one of reduced speed
	SubgroupMin, SubgroupMax int  // 0 where unknown
}

// Info returns what the browser tells of the adapter.
func (a *Adapter) Info() AdapterInfo {
	v := a.v.Get("info")
	return AdapterInfo{
		Vendor:       v.Get("vendor").String(),
		Architecture: v.Get("architecture").String(),
		Device:       v.Get("device").String(),
		Description:  v.Get("description").String(),
		IsFallback:   v.Get("isFallbackAdapter").Truthy() || a.v.Get("isFallbackAdapter").Truthy(),
		SubgroupMin:  number(v.Get("subgroupMinSize")),
		SubgroupMax:  number(v.Get("subgroupMaxSize")),
	}
}

// Limits returns the most that a device of this adapter can be asked for.
func (a *Adapter) Limits() Limits { return limits(a.v.Get("limits")) }

// Features returns the names of what the adapter has beyond the core, such as "shader-f16", sorted.
//
// https://www.w3.org/TR/webgpu/#feature-index
func (a *Adapter) Features() []string { return features(a.v) }

// HasFeature reports whether the adapter has the feature.
func (a *Adapter) HasFeature(name string) bool { return a.v.Get("features").Call("has", name).Bool() }

// Limits are WebGPU's limits that concern computing. Sizes are in bytes.
//
// https://www.w3.org/TR/webgpu/#limits
type Limits struct {
	MaxBufferSize                     int
	MaxStorageBufferBindingSize       int
	MaxUniformBufferBindingSize       int
	MaxStorageBuffersPerShaderStage   int
	MaxUniformBuffersPerShaderStage   int
	MaxBindGroups                     int
	MaxBindingsPerBindGroup           int
	MinStorageBufferOffsetAlignment   int
	MinUniformBufferOffsetAlignment   int
	MaxComputeWorkgroupStorageSize    int
	MaxComputeInvocationsPerWorkgroup int
	MaxComputeWorkgroupSizeX          int
	MaxComputeWorkgroupSizeY          int
	MaxComputeWorkgroupSizeZ          int
	MaxComputeWorkgroupsPerDimension  int
	MaxTextureDimension2D             int
}

func limits(v js.Value) Limits {
	get := func(name string) int { return number(v.Get(name)) }
	return Limits{
		MaxBufferSize:                     get("maxBufferSize"),
		MaxStorageBufferBindingSize:       get("maxStorageBufferBindingSize"),
		MaxUniformBufferBindingSize:       get("maxUniformBufferBindingSize"),
		MaxStorageBuffersPerShaderStage:   get("maxStorageBuffersPerShaderStage"),
		MaxUniformBuffersPerShaderStage:   get("maxUniformBuffersPerShaderStage"),
		MaxBindGroups:                     get("maxBindGroups"),
		MaxBindingsPerBindGroup:           get("maxBindingsPerBindGroup"),
		MinStorageBufferOffsetAlignment:   get("minStorageBufferOffsetAlignment"),
		MinUniformBufferOffsetAlignment:   get("minUniformBufferOffsetAlignment"),
		MaxComputeWorkgroupStorageSize:    get("maxComputeWorkgroupStorageSize"),
		MaxComputeInvocationsPerWorkgroup: get("maxComputeInvocationsPerWorkgroup"),
		MaxComputeWorkgroupSizeX:          get("maxComputeWorkgroupSizeX"),
		MaxComputeWorkgroupSizeY:          get("maxComputeWorkgroupSizeY"),
		MaxComputeWorkgroupSizeZ:          get("maxComputeWorkgroupSizeZ"),
		MaxComputeWorkgroupsPerDimension:  get("maxComputeWorkgroupsPerDimension"),
		MaxTextureDimension2D:             get("maxTextureDimension2D"),
	}
}

func number(v js.Value) int {
	if v.Type() != js.TypeNumber {
		return 0
	}
	return v.Int()
}

func features(v js.Value) []string {
	list := js.Global().Get("Array").Call("from", v.Get("features"))
	names := make([]string, list.Length())
	for i := range names {
		names[i] = list.Index(i).String()
	}
	slices.Sort(names)
	return names
}

// DeviceDescriptor says what a device must have. RequiredLimits has the specification's names
// ("maxBufferSize"); what is not named gets the guaranteed value, not the adapter's.
//
// https://www.w3.org/TR/webgpu/#gpudevicedescriptor
type DeviceDescriptor struct {
	Label            string
	RequiredFeatures []string
	RequiredLimits   map[string]float64
}

// RequestDevice opens a device; a nil descriptor asks for the defaults. An adapter gives one device:
// for another one, after a loss as well, request another adapter.
//
// https://www.w3.org/TR/webgpu/#dom-gpuadapter-requestdevice
func (a *Adapter) RequestDevice(ctx context.Context, descriptor *DeviceDescriptor) (*Device, error) {
	if descriptor == nil {
		descriptor = &DeviceDescriptor{}
	}
	o := labelled(descriptor.Label)
	names := array(0)
	for _, name := range descriptor.RequiredFeatures {
		names.Call("push", name)
	}
	o.Set("requiredFeatures", names)
	values := object()
	for name, value := range descriptor.RequiredLimits {
		values.Set(name, value)
	}
	o.Set("requiredLimits", values)

	var promise js.Value
	err := catch(func() { promise = a.v.Call("requestDevice", o) })
	if err == nil {
		var v js.Value
		v, err = await(ctx, promise, func(device js.Value) { device.Call("destroy") })
		if err == nil {
			return newDevice(v, descriptor.Label), nil
		}
	}
	if errors.Is(err, context.Cause(ctx)) {
		return nil, err
	}
	return nil, fmt.Errorf("requesting a GPU device: %w", err)
}
