//go:build js && wasm

package webgpu

import (
	"context"
	"errors"
	"fmt"
	"syscall/js"
)

// ShaderModule is compiled WGSL.
type ShaderModule struct {
	d     *Device
	v     js.Value
	label string
}

// CreateShaderModule compiles WGSL. Errors go to the error scope, and to CompilationInfo.
//
// https://www.w3.org/TR/webgpu/#dom-gpudevice-createshadermodule
func (d *Device) CreateShaderModule(label, code string) *ShaderModule {
	o := labelled(label)
	o.Set("code", code)
	return counted(&ShaderModule{d, d.v.Call("createShaderModule", o), label}, &d.counts.modules)
}

// CompileShader is CreateShaderModule, and CompilationInfo's error.
func (d *Device) CompileShader(ctx context.Context, label, code string) (*ShaderModule, error) {
	var m *ShaderModule
	caught := d.Check(ctx, func() error {
		m = d.CreateShaderModule(label, code)
		return nil
	})
	if caught != nil && m == nil || errors.Is(caught, ErrDeviceLost) {
		return nil, caught
	}
	if _, err := m.CompilationInfo(ctx); err != nil {
		return nil, err
	}
	if caught != nil {
		return nil, caught
	}
	return m, nil
}

// CompilationMessage is what the compiler says of a line of WGSL. Type is "error", "warning" or "info";
// Line and Column count from 1, 0 is unknown.
//
// https://www.w3.org/TR/webgpu/#gpucompilationmessage
type CompilationMessage struct {
	Type, Message string
	Line, Column  int
}

func (m CompilationMessage) String() string {
	return fmt.Sprintf("line %d:%d: %s: %s", m.Line, m.Column, m.Type, m.Message)
}

// CompilationInfo waits for the compiler and returns what it says; the error is a *ValidationError with
// the lines, if the shader has errors.
//
// https://www.w3.org/TR/webgpu/#dom-gpushadermodule-getcompilationinfo
func (m *ShaderModule) CompilationInfo(ctx context.Context) ([]CompilationMessage, error) {
	info, err := m.d.await(ctx, m.v.Call("getCompilationInfo"))
	if err != nil {
		return nil, err
	}
	list := info.Get("messages")
	var all, bad []CompilationMessage
	for i := range list.Length() {
		v := list.Index(i)
		c := CompilationMessage{
			Type: v.Get("type").String(), Message: v.Get("message").String(),
			Line: number(v.Get("lineNum")), Column: number(v.Get("linePos")),
		}
		all = append(all, c)
		if c.Type == "error" {
			bad = append(bad, c)
		}
	}
	if bad != nil {
		return all, &ValidationError{Label: m.label, Message: "the shader does not compile", Lines: bad}
	}
	return all, nil
}

// ComputePipelineDescriptor describes a pipeline whose layout follows from the shader.
// Constants gives override declarations their values; EntryPoint "" is "main".
//
// https://www.w3.org/TR/webgpu/#gpucomputepipelinedescriptor
type ComputePipelineDescriptor struct {
	Label      string
	Module     *ShaderModule
	EntryPoint string
	Constants  map[string]float64
}

// ComputePipeline is a shader ready to run.
type ComputePipeline struct {
	d     *Device
	v     js.Value
	label string
}

// CreateComputePipeline compiles the pipeline and waits for it. Several goroutines may compile at once.
//
// https://www.w3.org/TR/webgpu/#dom-gpudevice-createcomputepipelineasync
func (d *Device) CreateComputePipeline(ctx context.Context, descriptor ComputePipelineDescriptor) (*ComputePipeline, error) {
	if err := d.Err(); err != nil {
		return nil, err
	}
	if descriptor.Module == nil {
		return nil, invalid(descriptor.Label, "pipeline without a shader module")
	}
	if descriptor.EntryPoint == "" {
		descriptor.EntryPoint = "main"
	}
	stage := object()
	stage.Set("module", descriptor.Module.v)
	stage.Set("entryPoint", descriptor.EntryPoint)
	constants := object()
	for name, value := range descriptor.Constants {
		constants.Set(name, value)
	}
	stage.Set("constants", constants)
	o := labelled(descriptor.Label)
	o.Set("layout", "auto")
	o.Set("compute", stage)

	var promise js.Value
	if err := catch(func() { promise = d.v.Call("createComputePipelineAsync", o) }); err != nil {
		return nil, err
	}
	v, err := d.await(ctx, promise)
	if err != nil {
		if e, ok := err.(*ValidationError); ok {
			e.Label = descriptor.Label
		}
		return nil, err
	}
	return counted(&ComputePipeline{d, v, descriptor.Label}, &d.counts.pipelines), nil
}

// BindGroupLayout is the layout of a group of bindings.
type BindGroupLayout struct{ v js.Value }

// BindGroupLayout returns the layout of the shader's group with that index.
//
// https://www.w3.org/TR/webgpu/#dom-gpupipelinebase-getbindgrouplayout
func (p *ComputePipeline) BindGroupLayout(index int) *BindGroupLayout {
	return &BindGroupLayout{p.v.Call("getBindGroupLayout", index)}
}

// BindGroupEntry binds a texture, or a range of a buffer; Size 0 is the rest of it.
//
// https://www.w3.org/TR/webgpu/#dictdef-gpubindgroupentry
type BindGroupEntry struct {
	Binding      int
	Buffer       *Buffer
	Offset, Size int
	Texture      *Texture
}

// BindGroupDescriptor describes a bind group. Every binding that the shader uses must be there, and no other.
//
// https://www.w3.org/TR/webgpu/#dictdef-gpubindgroupdescriptor
type BindGroupDescriptor struct {
	Label   string
	Layout  *BindGroupLayout
	Entries []BindGroupEntry
}

// BindGroup is buffers bound to a shader's variables.
type BindGroup struct {
	d     *Device
	v     js.Value
	label string
}

// CreateBindGroup makes a bind group. What WebGPU finds wrong goes to the error scope.
//
// https://www.w3.org/TR/webgpu/#dom-gpudevice-createbindgroup
func (d *Device) CreateBindGroup(descriptor BindGroupDescriptor) (*BindGroup, error) {
	if err := d.Err(); err != nil {
		return nil, err
	}
	if descriptor.Layout == nil {
		return nil, invalid(descriptor.Label, "bind group without a layout")
	}
	entries := array(len(descriptor.Entries))
	for i, e := range descriptor.Entries {
		entry := object()
		entry.Set("binding", e.Binding)
		entries.SetIndex(i, entry)
		switch {
		case e.Texture != nil:
			if e.Texture.gone {
				return nil, invalid(descriptor.Label, "binding %d: texture %q is destroyed", e.Binding, e.Texture.Label)
			}
			entry.Set("resource", e.Texture.view)
			continue
		case e.Buffer == nil:
			return nil, invalid(descriptor.Label, "binding %d has no buffer", e.Binding)
		case e.Buffer.gone:
			return nil, invalid(descriptor.Label, "binding %d: buffer %q is destroyed", e.Binding, e.Buffer.label)
		case e.Offset < 0 || e.Size < 0 || e.Offset >= e.Buffer.size || e.Size > e.Buffer.size-e.Offset:
			return nil, invalid(descriptor.Label, "binding %d: %d bytes at %d of buffer %q, which has %d",
				e.Binding, e.Size, e.Offset, e.Buffer.label, e.Buffer.size)
		}
		resource := object()
		resource.Set("buffer", e.Buffer.v)
		resource.Set("offset", e.Offset)
		if e.Size > 0 {
			resource.Set("size", e.Size)
		}
		entry.Set("resource", resource)
	}
	o := labelled(descriptor.Label)
	o.Set("layout", descriptor.Layout.v)
	o.Set("entries", entries)
	var v js.Value
	if err := catch(func() { v = d.createBindGroup.Invoke(o) }); err != nil {
		return nil, err
	}
	return counted(&BindGroup{d, v, descriptor.Label}, &d.counts.bindGroups), nil
}
