package onnxir

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// External says where in another file the elements of a tensor are.
type External struct {
	Location string // path, relative to the folder of the model
	Offset   int64  // in bytes
	Length   int64  // in bytes; -1 if the file does not say, and the shape decides
}

// ReadExternal returns length bytes from byte offset on of the file at location, a path with slashes that stays in the model's
// folder by its text. Whether a link leads out of it is the function's to know: with os.Root or a map of files in memory none
// does. So is what it makes room for: length is what the model claims, and may exceed the file, or come again for each tensor.
// The model keeps the slice.
type ReadExternal func(location string, offset, length int64) ([]byte, error)

// LoadExternal reads the elements of every tensor that has them in another file; nothing else of a model depends on files.
func (m *Model) LoadExternal(read ReadExternal) error {
	for t := range m.Tensors() {
		if err := t.Load(read); err != nil {
			return err
		}
	}
	return nil
}

// Load reads the elements of the tensor if they are in another file. It asks for exactly the bytes that type and shape need.
func (t *Tensor) Load(read ReadExternal) error {
	if t.External == nil {
		return nil
	}
	if err := t.Check(); err != nil {
		return err
	}
	e := *t.External
	location, err := e.path()
	if err != nil {
		return fmt.Errorf("tensor %q: %w", t.Name, err)
	}
	want, err := t.dataBytes()
	switch {
	case err != nil:
		return err
	case e.Length >= 0 && e.Length != int64(want):
		return Formatf("tensor %q: got %d bytes in the file %q, want %d for %v %s",
			t.Name, e.Length, location, want, t.DType, shapeText(t.Dims))
	case e.Offset < 0 || e.Offset+int64(want) < 0:
		return Formatf("tensor %q: %d bytes from byte %d on of the file %q: no file has these", t.Name, want, e.Offset, location)
	}
	b, err := read(location, e.Offset, int64(want))
	if err != nil {
		return fmt.Errorf("tensor %q: %d bytes from byte %d on of the file %q: %w", t.Name, want, e.Offset, location, err)
	}
	if len(b) != want {
		return Formatf("tensor %q: got %d bytes from byte %d on of the file %q, want %d: the file is cut off or another one",
			t.Name, len(b), e.Offset, location, want)
	}
	t.Raw, t.External = b[:want:want], nil
	if t.Raw == nil { // as of a tensor without elements: nil would say that they are in a typed field
		t.Raw = []byte{}
	}
	return nil
}

// path returns the cleaned location, or an error if it leads out of the model's folder on any operating system.
func (e External) path() (string, error) {
	clean := path.Clean(e.Location)
	if e.Location == "" || clean == "." || !fs.ValidPath(clean) || strings.ContainsAny(e.Location, "\\:\x00") ||
		slices.Contains(strings.Split(e.Location, "/"), "..") {
		return "", Formatf(`external data at %q: want a relative path with slashes, without "..", in the folder of the model`,
			e.Location)
	}
	return clean, nil
}
