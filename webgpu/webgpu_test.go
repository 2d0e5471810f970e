//go:build js && wasm

package webgpu

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"syscall/js"
	"testing"
	"time"
)

const addShader = `
override scale: f32 = 1;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < arrayLength(&y)) {
    y[id.x] += scale * x[id.x];
  }
}`

const storage = Storage | CopySrc | CopyDst

func device(t testing.TB) (context.Context, *Device) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	adapter, err := RequestAdapter(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := adapter.RequestDevice(ctx, &DeviceDescriptor{Label: t.Name()})
	if err != nil {
		t.Fatal(err)
	}
	d.OnUncapturedError(func(err error) { t.Errorf("uncaptured: %v", err) })
	t.Cleanup(d.Destroy)
	return ctx, d
}

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func buffer(t testing.TB, d *Device, values ...float32) *Buffer {
	t.Helper()
	b := must[*Buffer](t)(d.CreateBuffer(BufferDescriptor{"test", 4 * len(values), storage}))
	if err := d.Queue().WriteBuffer(b, 0, encode(values)); err != nil {
		t.Fatal(err)
	}
	return b
}

func encode(values []float32) (b []byte) {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

func decode(b []byte) (values []float32) {
	for ; len(b) > 0; b = b[4:] {
		values = append(values, math.Float32frombits(binary.LittleEndian.Uint32(b)))
	}
	return values
}

// adder returns a dispatch that does y += scale·x.
func adder(t testing.TB, ctx context.Context, d *Device, scale float64, x, y *Buffer) Dispatch {
	t.Helper()
	module := must[*ShaderModule](t)(d.CompileShader(ctx, "add", addShader))
	pipeline := must[*ComputePipeline](t)(d.CreateComputePipeline(ctx, ComputePipelineDescriptor{
		Label: "add", Module: module, Constants: map[string]float64{"scale": scale},
	}))
	group := must[*BindGroup](t)(d.CreateBindGroup(BindGroupDescriptor{
		Label: "add", Layout: pipeline.BindGroupLayout(0),
		Entries: []BindGroupEntry{{Binding: 0, Buffer: x}, {Binding: 1, Buffer: y}},
	}))
	return Dispatch{Pipeline: pipeline, BindGroup: group, X: (y.Size()/4 + 63) / 64}
}

func TestAdapter(t *testing.T) {
	ctx, d := device(t)
	adapter := must[*Adapter](t)(RequestAdapter(ctx, &RequestAdapterOptions{PowerPreference: "high-performance"}))
	info, most := adapter.Info(), adapter.Limits()
	t.Logf("%+v\n%+v\n%v", info, most, adapter.Features())
	if info.Vendor+info.Architecture+info.Description == "" {
		t.Error("no information about the adapter")
	}
	if l := d.Limits(); l.MaxStorageBuffersPerShaderStage < 8 || l.MaxComputeWorkgroupsPerDimension < 65535 ||
		l.MaxStorageBufferBindingSize < 128<<20 || l.MaxBufferSize > most.MaxBufferSize {
		t.Errorf("limits below the guaranteed ones: %+v", l)
	}
	for _, name := range adapter.Features() {
		if !adapter.HasFeature(name) {
			t.Errorf("feature %q is listed but not there", name)
		}
	}
	_, err := adapter.RequestDevice(ctx, &DeviceDescriptor{RequiredLimits: map[string]float64{"maxBufferSize": 1e15}})
	if err == nil || !strings.Contains(err.Error(), "maxBufferSize") {
		t.Errorf("a limit beyond the adapter's: error %v", err)
	}
	big := must[*Device](t)(adapter.RequestDevice(ctx, &DeviceDescriptor{
		RequiredLimits: map[string]float64{"maxBufferSize": float64(most.MaxBufferSize)},
	}))
	if got := big.Limits().MaxBufferSize; got != most.MaxBufferSize {
		t.Errorf("maxBufferSize %d, want %d", got, most.MaxBufferSize)
	}
	big.Destroy()
}

func TestUnavailable(t *testing.T) {
	nav := js.Global().Get("navigator")
	js.Global().Get("Object").Call("defineProperty", nav, "gpu", map[string]any{"value": nil, "configurable": true})
	defer nav.Delete("gpu")
	if _, err := RequestAdapter(t.Context(), nil); !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := RequestAdapter(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("RequestAdapter: %v", err)
	}
	never := js.Global().Get("Promise").New(js.Global().Get("Object")) // its executor does nothing
	ctx, cancel = context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := await(ctx, never, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("await: %v", err)
	}
}

func TestAdd(t *testing.T) {
	ctx, d := device(t)
	x, y := buffer(t, d, 1, 2, 3), buffer(t, d, 10, 20, 30)
	s := must[*Sequence](t)(d.CreateSequence("add", []Command{adder(t, ctx, d, 2, x, y)}))
	if err := s.Run(); err != nil {
		t.Fatal(err)
	}
	got := decode(must[[]byte](t)(d.Read(y, 0, 12).Wait(ctx)))
	if want := []float32{12, 24, 36}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	got = decode(must[[]byte](t)(d.Read(y, 4, 4).Wait(ctx)))
	if want := []float32{24}; !slices.Equal(got, want) {
		t.Errorf("from 4: got %v, want %v", got, want)
	}
}

// A hundred runs, each with new input, a dispatch, a copy of its result and a dispatch on the copy.
func TestSequence(t *testing.T) {
	ctx, d := device(t)
	x, y, z, w := buffer(t, d, 0, 0), buffer(t, d, 0, 0), buffer(t, d, 0, 0), buffer(t, d, 0, 0)
	add, sum := adder(t, ctx, d, 1, x, y), adder(t, ctx, d, 10, z, w)
	s := must[*Sequence](t)(d.CreateSequence("step", []Command{
		Write{x, 0, 4, 4}, Write{x, 4, 0, 4},
		add, add, Copy{y, 0, z, 4, 4}, Copy{y, 4, z, 0, 4}, sum,
	}))
	if n := len(s.Staging()); n != 8 {
		t.Fatalf("staging area of %d bytes, want 8", n)
	}
	var wantY, wantW [2]float32
	var readings []*Reading
	for i := range 100 {
		in := []float32{float32(i), float32(2 * i)}
		copy(s.Staging(), encode(in))
		if err := s.Run(); err != nil {
			t.Fatal(err)
		}
		wantY = [2]float32{wantY[0] + 2*in[1], wantY[1] + 2*in[0]}
		wantW = [2]float32{wantW[0] + 10*wantY[1], wantW[1] + 10*wantY[0]}
		if i%10 == 0 {
			readings = append(readings, d.Read(y, 0, 4))
		}
	}
	if got := decode(must[[]byte](t)(d.Read(w, 0, 8).Wait(ctx))); [2]float32(got) != wantW {
		t.Errorf("after 100 runs: got %v, want %v", got, wantW)
	}
	for k, r := range readings { // 4·(0 + … + i)
		i := float32(10 * k)
		if got := decode(must[[]byte](t)(r.Wait(ctx))); got[0] != 2*i*(i+1) {
			t.Errorf("reading %d: got %v, want %v", k, got[0], 2*i*(i+1))
		}
	}
}

// TestTexture copies a buffer to rows of a texture, the last one in part, and reads it by column and row.
func TestTexture(t *testing.T) {
	ctx, d := device(t)
	values := make([]float32, 4*(2*16+5))
	for i := range values {
		values[i] = float32(i)
	}
	x, y := buffer(t, d, values...), buffer(t, d, make([]float32, 4*3*16)...)
	texture := must[*Texture](t)(d.CreateTexture(TextureDescriptor{"texels", 16, 3, "rgba32float", TextureBinding | TextureCopyDst}))
	m := must[*ShaderModule](t)(d.CompileShader(ctx, "read", `
@group(0) @binding(0) var x: texture_2d<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  y[id.y * 16u + id.x] = 2.0 * textureLoad(x, id.xy, 0);
}`))
	p := must[*ComputePipeline](t)(d.CreateComputePipeline(ctx, ComputePipelineDescriptor{Label: "read", Module: m}))
	g := must[*BindGroup](t)(d.CreateBindGroup(BindGroupDescriptor{Label: "read", Layout: p.BindGroupLayout(0),
		Entries: []BindGroupEntry{{Binding: 0, Texture: texture}, {Binding: 1, Buffer: y}}}))
	s := must[*Sequence](t)(d.CreateSequence("read", []Command{CopyToTexture{x, texture, 4 * len(values)}, Dispatch{p, g, 1, 3, 1}}))
	if err := s.Run(); err != nil {
		t.Fatal(err)
	}
	for i, v := range decode(must[[]byte](t)(d.Read(y, 0, 4*4*3*16).Wait(ctx))) {
		want := float32(0)
		if i < len(values) {
			want = 2 * values[i]
		}
		if v != want {
			t.Fatalf("number %d: got %v, want %v", i, v, want)
		}
	}
	if c := d.Stats(); c.Textures != 1 || c.TextureBytes != 16*16*3 {
		t.Errorf("counted %d textures of %d bytes, want 1 of 768", c.Textures, c.TextureBytes)
	}
	texture.Destroy()
	if c := d.Stats(); c.Textures != 0 || c.TextureBytes != 0 {
		t.Errorf("counted %d textures of %d bytes after Destroy", c.Textures, c.TextureBytes)
	}
	var invalid *ValidationError
	for _, bad := range []TextureDescriptor{{"", 0, 3, "rgba32float", TextureBinding}, {"", 1 << 20, 1, "rgba32float", TextureBinding}, {"", 16, 3, "depth32float", TextureBinding}} {
		if _, err := d.CreateTexture(bad); !errors.As(err, &invalid) {
			t.Errorf("%v: got error %v, want a *ValidationError", bad, err)
		}
	}
	narrow := must[*Texture](t)(d.CreateTexture(TextureDescriptor{"narrow", 5, 3, "rgba32float", TextureBinding | TextureCopyDst}))
	for _, bad := range []CopyToTexture{{x, texture, 16}, {x, narrow, 16}, {x, nil, 16}} {
		if _, err := d.CreateSequence("bad", []Command{bad}); !errors.As(err, &invalid) {
			t.Errorf("%v: got error %v, want a *ValidationError", bad, err)
		}
	}
}

func TestSequenceErrors(t *testing.T) {
	ctx, d := device(t)
	x, y := buffer(t, d, 0, 0), buffer(t, d, 0, 0)
	add := adder(t, ctx, d, 1, x, y)
	sealed := must[*Buffer](t)(d.CreateBuffer(BufferDescriptor{"sealed", 8, Storage}))
	for _, tt := range []struct {
		name     string
		commands []Command
		want     string
	}{
		{"write too late", []Command{add, Write{x, 0, 0, 4}}, "all writes first"},
		{"odd size", []Command{Write{x, 0, 0, 3}}, "multiples of 4"},
		{"beyond the end", []Command{Copy{x, 4, y, 0, 8}}, "bytes 4 to 12 of a buffer of 8"},
		{"usage", []Command{Copy{x, 0, sealed, 0, 8}}, "usage"},
		{"itself", []Command{Copy{x, 0, x, 4, 4}}, "two"},
		{"no workgroups", []Command{Dispatch{add.Pipeline, add.BindGroup, 0, 0, 0}}, "want 1 to"},
		{"too many workgroups", []Command{Dispatch{add.Pipeline, add.BindGroup, 1, 1 << 20, 0}}, "want 1 to"},
		{"nothing", []Command{Dispatch{}}, "without a pipeline"},
		{"nil", []Command{nil}, "nil"},
		{"no buffer", []Command{Write{}}, "no buffer"},
	} {
		_, err := d.CreateSequence(tt.name, tt.commands)
		var invalid *ValidationError
		if !errors.As(err, &invalid) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got error %v, want %q", tt.name, err, tt.want)
		}
	}

	replay := js.Global().Get("foveaReplay")
	defer js.Global().Set("foveaReplay", replay)
	for _, v := range []any{js.Undefined(), map[string]any{"version": 0}} {
		js.Global().Set("foveaReplay", v)
		if _, err := d.CreateSequence("", nil); err == nil || !strings.Contains(err.Error(), "replay.js") {
			t.Errorf("replay.js %v: error %v", v, err)
		}
	}
}

func TestErrors(t *testing.T) {
	ctx, d := device(t)
	var invalid *ValidationError

	d.PushErrorScope(Validation)
	m := d.CreateShaderModule("bad", "fn f() {}\n@compute @workgroup_size(1) fn main() {\n  let a = nosuch;\n}")
	if err := d.PopErrorScope(ctx); !errors.As(err, &invalid) || !strings.Contains(err.Error(), ":3:11") {
		t.Errorf("error scope: %v", err)
	}
	if _, err := m.CompilationInfo(ctx); !errors.As(err, &invalid) || len(invalid.Lines) != 1 ||
		invalid.Lines[0].Line != 3 || !strings.Contains(err.Error(), `"bad"`) || !strings.Contains(err.Error(), "line 3:11") {
		t.Errorf("compilation info: %v", err)
	}
	if _, err := d.CompileShader(ctx, "bad", "nonsense"); !errors.As(err, &invalid) || invalid.Lines == nil {
		t.Errorf("CompileShader: %v", err)
	}
	good := must[*ShaderModule](t)(d.CompileShader(ctx, "add", addShader))
	_, err := d.CreateComputePipeline(ctx, ComputePipelineDescriptor{Label: "p", Module: good, EntryPoint: "absent"})
	if !errors.As(err, &invalid) || invalid.Label != "p" || !strings.Contains(err.Error(), "absent") {
		t.Errorf("pipeline: %v", err)
	}
	_, err = d.CreateBuffer(BufferDescriptor{"huge", 1 << 60, Storage})
	if !errors.As(err, &invalid) {
		t.Errorf("huge buffer: %v", err)
	}
	x := buffer(t, d, 1)
	if err := d.Queue().WriteBuffer(x, 0, make([]byte, 8)); !errors.As(err, &invalid) {
		t.Errorf("write beyond the end: %v", err)
	}
	add := adder(t, ctx, d, 1, x, buffer(t, d, 1))
	err = d.Check(ctx, func() error {
		_, err := d.CreateBindGroup(BindGroupDescriptor{Label: "short", Layout: add.Pipeline.BindGroupLayout(0)})
		return err
	})
	if !errors.As(err, &invalid) {
		t.Errorf("bind group without its entries: %v", err)
	}
	if err := d.Check(ctx, func() error { return nil }); err != nil {
		t.Errorf("Check of nothing: %v", err)
	}

	caught := make(chan error, 1)
	d.OnUncapturedError(func(err error) { caught <- err })
	d.CreateShaderModule("bad", "nonsense")
	if err := d.Queue().OnSubmittedWorkDone(ctx); err != nil {
		t.Error(err)
	}
	if err := <-caught; !errors.As(err, &invalid) {
		t.Errorf("uncaptured: %v", err)
	}
}

func TestMap(t *testing.T) {
	ctx, d := device(t)
	src := buffer(t, d, 1, 2, 3, 4)
	dst := must[*Buffer](t)(d.CreateBuffer(BufferDescriptor{"map", 16, MapRead | CopyDst}))
	s := must[*Sequence](t)(d.CreateSequence("copy", []Command{Copy{src, 0, dst, 0, 16}}))
	for range 2 {
		if err := s.Run(); err != nil {
			t.Fatal(err)
		}
		if err := dst.MapAsync(ctx, MapModeRead, 8, 8); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			b := make([]byte, 8)
			if n, err := dst.ReadMapped(b); n != 8 || err != nil || !slices.Equal(decode(b), []float32{3, 4}) {
				t.Errorf("got %v, %d bytes, error %v", decode(b), n, err)
			}
		}
		dst.Unmap()
	}
	if _, err := dst.ReadMapped(make([]byte, 8)); err == nil {
		t.Error("ReadMapped after Unmap")
	}
}

// Writes longer than the scratch area, and readings larger than the pool's, arrive whole.
func TestLargeData(t *testing.T) {
	ctx, d := device(t)
	data := make([]byte, 2*maxScratch+4096)
	for i := range data {
		data[i] = byte(i * 7 >> 3)
	}
	b := must[*Buffer](t)(d.CreateBuffer(BufferDescriptor{"large", len(data) + 4, storage}))
	if err := d.Queue().WriteBuffer(b, 4, data); err != nil {
		t.Fatal(err)
	}
	if got := must[[]byte](t)(d.Read(b, 4, len(data)).Wait(ctx)); !slices.Equal(got, data) {
		t.Error("other data came back")
	}
}

func TestReadingOrder(t *testing.T) {
	ctx, d := device(t)
	b := buffer(t, d, -1)
	var readings []*Reading
	for i := range 20 {
		if err := d.Queue().WriteBuffer(b, 0, encode([]float32{float32(i)})); err != nil {
			t.Fatal(err)
		}
		readings = append(readings, d.Read(b, 0, 4))
	}
	for i, r := range slices.Backward(readings) {
		if got := decode(must[[]byte](t)(r.Wait(ctx)))[0]; got != float32(i) {
			t.Errorf("reading %d: got %v", i, got)
		}
	}
	if _, err := d.Read(b, 0, 8).Wait(ctx); err == nil {
		t.Error("reading beyond the end")
	}
	short, cancel := context.WithCancel(ctx)
	cancel()
	r := d.Read(b, 0, 4)
	if _, err := r.Wait(short); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := r.Wait(ctx); err != nil {
		t.Errorf("waiting again: %v", err)
	}
}

func TestDestroy(t *testing.T) {
	ctx, d := device(t)
	x, y := buffer(t, d, 1), buffer(t, d, 1)
	s := must[*Sequence](t)(d.CreateSequence("add", []Command{adder(t, ctx, d, 1, x, y)}))
	early := d.Read(x, 0, 4)
	if _, err := early.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	late := d.Read(x, 0, 4)
	mapped := must[*Buffer](t)(d.CreateBuffer(BufferDescriptor{"map", 4, MapRead | CopyDst}))
	waiting := make(chan error, 2)
	go func() { waiting <- mapped.MapAsync(ctx, MapModeRead, 0, 4) }()
	go func() { waiting <- d.Queue().OnSubmittedWorkDone(ctx) }()
	runtime.Gosched()
	d.Destroy()
	d.Destroy()

	if info := <-d.Lost(); info.Reason != "destroyed" {
		t.Errorf("lost: %+v", info)
	}
	if _, err := early.Wait(ctx); err != nil {
		t.Errorf("a reading that was there before: %v", err)
	}
	_, lateErr := late.Wait(ctx)
	_, readErr := d.Read(x, 0, 4).Wait(ctx)
	_, bufferErr := d.CreateBuffer(BufferDescriptor{"b", 4, Storage})
	_, shaderErr := d.CompileShader(ctx, "add", addShader)
	_, sequenceErr := d.CreateSequence("s", nil)
	for name, err := range map[string]error{
		"late reading": lateErr, "Read": readErr, "CreateBuffer": bufferErr, "CompileShader": shaderErr,
		"CreateSequence": sequenceErr, "Run": s.Run(), "a wait": <-waiting, "another wait": <-waiting,
		"WriteBuffer": d.Queue().WriteBuffer(x, 0, make([]byte, 4)), "PopErrorScope": d.PopErrorScope(ctx),
		"Check": d.Check(ctx, func() error { return nil }), "Err": d.Err(),
	} {
		if !errors.Is(err, ErrDeviceLost) {
			t.Errorf("%s: got %v, want ErrDeviceLost", name, err)
		}
	}
	x.Destroy()
	x.Destroy()
}

// What a loop makes is gone after it; what it reuses does not grow.
func TestNoLeak(t *testing.T) {
	ctx, d := device(t)
	round := func() {
		x, y := buffer(t, d, 1, 2), buffer(t, d, 3, 4)
		defer x.Destroy()
		defer y.Destroy()
		s := must[*Sequence](t)(d.CreateSequence("add", []Command{Write{x, 0, 0, 8}, adder(t, ctx, d, 1, x, y)}))
		for range 10 {
			if err := s.Run(); err != nil {
				t.Fatal(err)
			}
			d.Read(y, 0, 8) // nobody waits for it
		}
		if _, err := d.Read(y, 0, 8).Wait(ctx); err != nil {
			t.Fatal(err)
		}
	}
	settle := func() (c Counts) {
		for range 50 {
			runtime.GC()
			time.Sleep(2 * time.Millisecond)
			if c = d.Stats(); c.Sequences+c.Pipelines+c.BindGroups+c.ShaderModules+c.Promises == 0 {
				break
			}
		}
		return c
	}
	round()
	first := settle()
	for range 20 {
		round()
	}
	if last := settle(); last != first || first.Buffers > maxPooled || first.Sequences != 0 {
		t.Errorf("after 1 round %+v, after 21 %+v", first, last)
	}
	promises.Lock()
	waiting := len(promises.settle)
	promises.Unlock()
	d.Destroy()
	if c := d.Stats(); c.Buffers != 0 || c.BufferBytes != 0 {
		t.Errorf("after Destroy: %+v", c)
	}
	if waiting > 20 { // one for each device of these tests, whose loss may be under way
		t.Errorf("%d promises wait", waiting)
	}
}

func TestExample(t *testing.T) { Example() }

// BenchmarkRun60 is the time in Go and JavaScript of a step of 60 dispatches that writes its input, beside plain JavaScript that
// makes the same calls.
func BenchmarkRun60(b *testing.B) {
	const n, each = 12, 5
	ctx, d := device(b)
	buffers := make([]*Buffer, n+1)
	for i := range buffers {
		buffers[i] = buffer(b, d, 1, 2, 3, 4)
	}
	commands := []Command{Write{buffers[0], 0, 0, 16}}
	for i := range n {
		add := adder(b, ctx, d, 0, buffers[i], buffers[i+1])
		for range each {
			commands = append(commands, add)
		}
	}
	dispatches := commands[1:]
	for i := range dispatches { // no two neighbours alike, as in a net
		j := i * 7 % (n*each - 1)
		dispatches[i], dispatches[j] = dispatches[j], dispatches[i]
	}
	s := must[*Sequence](b)(d.CreateSequence("bench", commands))

	pipelines, groups := array(0), array(0)
	for _, c := range dispatches {
		pipelines.Call("push", c.(Dispatch).Pipeline.v)
		groups.Call("push", c.(Dispatch).BindGroup.v)
	}
	plain := js.Global().Get("Function").New("device", "input", "pipelines", "groups", `
		const data = new Uint8Array(16);
		return (times) => {
			for (let k = 0; k < times; k++) {
				device.queue.writeBuffer(input, 0, data);
				const encoder = device.createCommandEncoder(), pass = encoder.beginComputePass();
				for (let i = 0; i < pipelines.length; i++) {
					pass.setPipeline(pipelines[i]);
					pass.setBindGroup(0, groups[i]);
					pass.dispatchWorkgroups(1);
				}
				pass.end();
				device.queue.submit([encoder.finish()]);
			}
		};`).Invoke(d.v, buffers[0].v, pipelines, groups)

	const batch = 50 // at a time, of which the best counts, as other programs may be busy
	best := [2]time.Duration{time.Hour, time.Hour}
	for b.Loop() {
		for side, run := range []func(){func() {
			for range batch {
				if err := s.Run(); err != nil {
					b.Fatal(err)
				}
			}
		}, func() { plain.Invoke(batch) }} {
			start := time.Now()
			run()
			best[side] = min(best[side], time.Since(start)/batch)
			if _, err := d.Read(buffers[0], 0, 4).Wait(ctx); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(best[0].Nanoseconds())/1000, "best-µs")
	b.ReportMetric(float64(best[1].Nanoseconds())/1000, "JavaScript-µs")
}

// How long it takes to get four bytes back.
func BenchmarkRead(b *testing.B) {
	ctx, d := device(b)
	x := buffer(b, d, 1)
	for b.Loop() {
		if _, err := d.Read(x, 0, 4).Wait(ctx); err != nil {
			b.Fatal(err)
		}
	}
}

// Waiting for a promise that is settled already.
func BenchmarkAwait(b *testing.B) {
	p := js.Global().Get("Promise").Call("resolve", 1)
	for b.Loop() {
		if _, err := await(b.Context(), p, nil); err != nil {
			b.Fatal(err)
		}
	}
}
