package main

import (
	"bufio"
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io"
	"io/fs"
	"net/http"
	"strings"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/data"
)

// hasOwnWay reports whether a net, which may be nil, has a preprocessing of its own.
func hasOwnWay(net *nn.Net) bool { return net != nil && net.Preprocess != nil }

// preparedFiles returns files with the pictures among them as net takes them, if it has a preprocessing of its own.
func preparedFiles(files fs.FS, net *nn.Net) fs.FS {
	if hasOwnWay(net) {
		return preparedFS{files, net}
	}
	return files
}

// preparedFS has files of another one, pictures among them as a net takes them: package data, which makes a set of the files,
// finds them to be of the net's size already.
type preparedFS struct {
	fs.FS
	net *nn.Net
}

// maxPicture bounds the file of a picture, in bytes.
const maxPicture = 1 << 28

// Open prepares what begins like a picture and can be decoded; of all else there are the bytes as they are.
func (p preparedFS) Open(name string) (fs.File, error) {
	f, err := p.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if _, ok := f.(fs.ReadDirFile); ok {
		if info, err := f.Stat(); err != nil || info.IsDir() {
			return f, err
		}
	}
	r := bufio.NewReader(f)
	head, _ := r.Peek(512)
	if !strings.HasPrefix(http.DetectContentType(head), "image/") {
		return otherBytes{f, r}, nil
	}
	b, err := io.ReadAll(io.LimitReader(r, maxPicture))
	if err == nil {
		if pic, decoding := data.Decode(b); decoding == nil {
			b, err = p.prepare(pic)
		}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return otherBytes{f, bytes.NewReader(b)}, nil
}

// prepare returns what the net takes of a picture as an uncompressed PNG file.
func (p preparedFS) prepare(pic *data.Picture) ([]byte, error) {
	pixels, err := p.net.Pixels(pic)
	if err != nil {
		return nil, err
	}
	in := p.net.Summary.Input
	box := image.Rect(0, 0, in[1], in[0])
	var img image.Image = &image.Gray{Pix: pixels, Stride: in[1], Rect: box}
	if in[2] == 3 {
		img = &image.NRGBA{Pix: withAlpha(pixels, 3), Stride: 4 * in[1], Rect: box}
	}
	var b bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(&b, img)
	return b.Bytes(), err
}

// withAlpha makes pixels of red, green, blue and alpha of such of one or three channels.
func withAlpha(pixels []byte, channels int) []byte {
	var out []byte
	for i := 0; i < len(pixels); i += channels {
		out = append(out, pixels[i], pixels[i+channels/2], pixels[i+channels-1], 255)
	}
	return out
}

// otherBytes is a file with another content.
type otherBytes struct {
	fs.File
	content io.Reader
}

func (f otherBytes) Read(b []byte) (int, error) { return f.content.Read(b) }

// maxPrepared bounds a set in memory, in bytes, when its pictures become larger than they were.
const maxPrepared = 1 << 33

// preparedSet makes the pictures of a set in memory what the net takes.
func preparedSet(n *nn.Net, s *data.Set) (*data.Set, error) {
	channels := s.Shape[len(s.Shape)-1]
	if s.Images == nil || len(s.Shape) != 3 || channels != 1 && channels != 3 {
		return s, nil
	}
	in := n.Summary.Input
	if bytes := s.Len() * in[0] * in[1] * in[2]; bytes > maxPrepared {
		return nil, fmt.Errorf("its %d pictures take %s of memory at the net's %s pixels: take fewer", s.Len(), bytesOf(bytes), sizes(in))
	}
	t := *s
	t.Shape, t.Images = in, nil
	for i := range s.Len() {
		pic, err := data.FromRGBA(withAlpha(s.Image(i), channels), s.Shape[1], s.Shape[0])
		if err != nil {
			return nil, err
		}
		pixels, err := n.Pixels(pic)
		if err != nil {
			return nil, err
		}
		t.Images = append(t.Images, pixels...)
	}
	return &t, nil
}
