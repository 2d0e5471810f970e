//go:build js && wasm

package webgpu

import (
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"math"
	"slices"
	"syscall/js"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/shaders"
	gpu "github.com/fovea-nn/fovea/webgpu"
)

// viewer brings pictures that the browser holds to the only input of a program, on the GPU alone.
type viewer struct {
	pipeline *gpu.ComputePipeline
	texture  *gpu.Texture
	part     *gpu.Buffer
	seq      *gpu.Sequence // scales what the texture holds, and runs the program
}

func (v *viewer) close() {
	if v == nil {
		return
	}
	if v.texture != nil {
		v.texture.Destroy()
	}
	v.part.Destroy()
}

// RunPicture is that of plan.Viewer, for a js.Value.
func (e *executable) RunPicture(ctx context.Context, picture any, width, height int, part image.Rectangle) error {
	source, ok := picture.(js.Value)
	if !ok || len(e.p.Inputs) != 1 {
		return fmt.Errorf("webgpu: a %T as the picture of a program with %d inputs: %w", picture, len(e.p.Inputs), graph.ErrUnsupported)
	}
	in := e.p.Inputs[0]
	s := in.Shape
	if in.Type.Type != graph.F32 || len(s) != 4 || s[0] != 1 || s[3] != 1 && s[3] != 3 {
		return graph.Shapef("webgpu: a picture fills an input of shape [1,H,W,1] or [1,H,W,3], not %v", s)
	}
	if e.closed {
		return graph.ErrClosed
	}
	if most := e.d.dev.Limits().MaxTextureDimension2D; min(width, height) < 1 || max(width, height) > most {
		return graph.Shapef("a picture of %dx%d: this adapter takes 1 to %d pixels a side; make it smaller first", width, height, most)
	}
	if part.Empty() || !part.In(image.Rect(0, 0, width, height)) {
		return graph.Shapef("part %v of a picture of %dx%d", part, width, height)
	}
	if err := e.view(ctx, width, height); err != nil {
		return err
	}
	for i, n := range []int{part.Min.X, part.Min.Y, part.Dx(), part.Dy()} {
		binary.LittleEndian.PutUint32(e.viewer.seq.Staging()[4*i:], math.Float32bits(float32(n)))
	}
	if err := e.d.dev.Queue().CopyExternalImage(source, e.viewer.texture, width, height); err != nil {
		return kind(err)
	}
	return kind(e.viewer.seq.Run())
}

// view makes what pictures of a size need, unless it is there.
func (e *executable) view(ctx context.Context, width, height int) error {
	v := e.viewer
	if v != nil && v.texture != nil && v.texture.Width >= width && v.texture.Height >= height {
		return nil
	}
	s := e.p.Inputs[0].Shape
	if v == nil {
		source, err := shaders.Source("picture", shaders.Params{"WG_SIZE": e.d.tuning.WorkGroup, "H": s[1], "W": s[2], "C": s[3]})
		if err != nil {
			return err
		}
		p, err := e.d.pipeline(ctx, "picture", source)
		if err != nil {
			return err
		}
		part, err := e.d.buffer("part of a picture", 16)
		if err != nil {
			return err
		}
		v = &viewer{pipeline: p, part: part}
		e.viewer = v
	}
	if v.texture != nil {
		v.texture.Destroy()
		v.texture = nil
	}
	return kind(e.d.dev.Check(ctx, func() (err error) {
		v.texture, err = e.d.dev.CreateTexture(gpu.TextureDescriptor{Label: "picture", Width: width, Height: height, Format: "rgba8unorm",
			Usage: gpu.TextureBinding | gpu.TextureCopyDst | gpu.TextureAttachment})
		if err != nil {
			return err
		}
		group, err := e.d.dev.CreateBindGroup(gpu.BindGroupDescriptor{Label: "picture", Layout: v.pipeline.BindGroupLayout(0), Entries: []gpu.BindGroupEntry{
			{Binding: 0, Texture: v.texture}, {Binding: 1, Buffer: v.part}, {Binding: 2, Buffer: e.slots[e.p.Inputs[0].Slot], Size: 4 * s.Elems()}}})
		if err != nil {
			return err
		}
		scale := gpu.Dispatch{Pipeline: v.pipeline, BindGroup: group, X: (s[1]*s[2] + e.d.tuning.WorkGroup - 1) / e.d.tuning.WorkGroup}
		v.seq, err = e.d.dev.CreateSequence("picture", slices.Concat([]gpu.Command{gpu.Write{Buffer: v.part, Size: 16}, scale}, slices.Concat(e.steps...)))
		return err
	}))
}
