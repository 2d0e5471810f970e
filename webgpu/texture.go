//go:build js && wasm

package webgpu

import "syscall/js"

// TextureUsage says what a texture may be used for.
//
// https://www.w3.org/TR/webgpu/#texture-usage
type TextureUsage uint32

const (
	TextureCopySrc    TextureUsage = 0x01
	TextureCopyDst    TextureUsage = 0x02
	TextureBinding    TextureUsage = 0x04
	TextureStorage    TextureUsage = 0x08
	TextureAttachment TextureUsage = 0x10
)

// TexelBytes is the size of a texel of the formats that computing needs; 0 for others.
func TexelBytes(format string) int {
	switch format {
	case "rgba8unorm", "r32float", "rg16float":
		return 4
	case "rgba16float", "rg32float":
		return 8
	case "rgba32float":
		return 16
	}
	return 0
}

// TextureDescriptor describes a texture of two dimensions, which starts as zeros. Format is the specification's name, such as
// "rgba32float".
//
// https://www.w3.org/TR/webgpu/#gputexturedescriptor
type TextureDescriptor struct {
	Label         string
	Width, Height int
	Format        string
	Usage         TextureUsage
}

// Texture is memory of the device that shaders read by column and row. A driver may keep and read it in a quicker way than a
// buffer.
type Texture struct {
	d       *Device
	v, view js.Value
	TextureDescriptor
	gone bool
}

// CreateTexture makes a texture. It refuses sizes outside of 1 … MaxTextureDimension2D and formats that TexelBytes does not know
// itself; that the GPU is out of memory, an error scope (Check) reports.
//
// https://www.w3.org/TR/webgpu/#dom-gpudevice-createtexture
func (d *Device) CreateTexture(descriptor TextureDescriptor) (*Texture, error) {
	if err := d.Err(); err != nil {
		return nil, err
	}
	if most := d.limits.MaxTextureDimension2D; descriptor.Width < 1 || descriptor.Height < 1 || max(descriptor.Width, descriptor.Height) > most {
		return nil, invalid(descriptor.Label, "texture of %d x %d: want 1 to %d of each", descriptor.Width, descriptor.Height, most)
	}
	if TexelBytes(descriptor.Format) == 0 {
		return nil, invalid(descriptor.Label, "texture format %q is not among those for computing", descriptor.Format)
	}
	o := labelled(descriptor.Label)
	size := array(2)
	size.SetIndex(0, descriptor.Width)
	size.SetIndex(1, descriptor.Height)
	o.Set("size", size)
	o.Set("format", descriptor.Format)
	o.Set("usage", uint32(descriptor.Usage))
	t := &Texture{d: d, TextureDescriptor: descriptor}
	err := catch(func() {
		t.v = d.v.Call("createTexture", o)
		t.view = t.v.Call("createView")
	})
	if err != nil {
		return nil, err
	}
	d.counts.textures.Add(1)
	d.counts.textureBytes.Add(int64(t.Bytes()))
	return t, nil
}

// Bytes returns the size of the texels.
func (t *Texture) Bytes() int { return t.Width * t.Height * TexelBytes(t.Format) }

// Destroy frees the memory once the GPU has done what was submitted before. It may be called again.
//
// https://www.w3.org/TR/webgpu/#dom-gputexture-destroy
func (t *Texture) Destroy() {
	if t.gone {
		return
	}
	t.gone = true
	t.v.Call("destroy")
	t.d.counts.textures.Add(-1)
	t.d.counts.textureBytes.Add(-int64(t.Bytes()))
}

// CopyToTexture copies Size bytes from the start of a buffer to a texture, row after row, the last one in part if the texels end
// there. A row of the texture is a multiple of 256 bytes.
//
// https://www.w3.org/TR/webgpu/#dom-gpucommandencoder-copybuffertotexture
type CopyToTexture struct {
	Src  *Buffer
	Dst  *Texture
	Size int
}

func (c CopyToTexture) encode(e *encoder) error {
	if err := c.Src.check("copy from", CopySrc, 0, c.Size); err != nil {
		return err
	}
	if c.Dst == nil || c.Dst.gone {
		return invalid(c.Src.label, "copy to a texture that is not there")
	}
	texel := TexelBytes(c.Dst.Format)
	row := c.Dst.Width * texel
	switch {
	case row%256 != 0:
		return invalid(c.Dst.Label, "copy to rows of %d bytes: want a multiple of 256", row)
	case c.Size%texel != 0 || c.Size > c.Dst.Bytes():
		return invalid(c.Dst.Label, "copy of %d bytes to a texture of %d: want whole texels, and no more than there are", c.Size, c.Dst.Bytes())
	}
	e.begun = true
	src, dst := e.handle(c.Src, c.Src.v), e.handle(c.Dst, c.Dst.v)
	rows, rest := c.Size/row, c.Size%row/texel
	if rows > 0 {
		e.put(3, src, 0, row, dst, 0, c.Dst.Width, rows)
	}
	if rest > 0 {
		e.put(3, src, rows*row, row, dst, rows, rest, 1)
	}
	return nil
}

// CopyExternalImage copies a picture that the browser holds (an ImageBitmap, a canvas, a video or one of its frames, an image) to
// the texture, with colours multiplied by their alpha, without its pixels passing through the program. The texture needs the
// usages TextureCopyDst and TextureAttachment.
//
// https://www.w3.org/TR/webgpu/#dom-gpuqueue-copyexternalimagetotexture
func (q *Queue) CopyExternalImage(source js.Value, t *Texture, width, height int) error {
	if err := q.d.Err(); err != nil {
		return err
	}
	if t.gone || width < 1 || height < 1 || width > t.Width || height > t.Height {
		return invalid(t.Label, "copy of a picture of %d x %d to a texture of %d x %d", width, height, t.Width, t.Height)
	}
	from, to, size := object(), object(), array(2)
	from.Set("source", source)
	to.Set("texture", t.v)
	to.Set("premultipliedAlpha", true)
	size.SetIndex(0, width)
	size.SetIndex(1, height)
	return catch(func() { q.v.Call("copyExternalImageToTexture", from, to, size) })
}
