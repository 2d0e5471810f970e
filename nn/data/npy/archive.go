package npy

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fovea-nn/fovea/nn/data"
)

// Archive is an .npz file: a ZIP archive of .npy files.
type Archive struct {
	files map[string]*zip.File
	names []string
}

// Open reads the list of an .npz file; the arrays are read when they are asked for.
func Open(b []byte) (*Archive, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, fmt.Errorf("npz: %w: %w: the file is cut off or no .npz; write it with numpy.savez", data.ErrFormat, err)
	}
	a := &Archive{files: map[string]*zip.File{}}
	for _, f := range z.File {
		name, ok := strings.CutSuffix(f.Name, ".npy")
		if !ok {
			continue
		}
		if a.files[name] != nil {
			return nil, fmt.Errorf("npz: %w: two arrays are called %q", data.ErrFormat, name)
		}
		a.files[name] = f
		a.names = append(a.names, name)
	}
	if len(a.names) == 0 {
		return nil, fmt.Errorf("npz: %w: none of its %d files is an array; write it with numpy.savez", data.ErrFormat, len(z.File))
	}
	return a, nil
}

// Names returns the names of the arrays, in the order of the file.
func (a *Archive) Names() []string { return slices.Clone(a.names) }

// Array reads the array called name.
func (a *Archive) Array(name string) (*Array, error) {
	f := a.files[name]
	if f == nil {
		return nil, fmt.Errorf("npz: %w: no array is called %q: there are %.300q", data.ErrFormat, name, a.names)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("npz: %s: %w: %w", name, data.ErrFormat, err)
	}
	defer r.Close()
	// ReadAll makes room as bytes come, not as the archive claims.
	b, err := io.ReadAll(io.LimitReader(r, maxBytes+maxHeader))
	if err != nil {
		return nil, fmt.Errorf("npz: %s: %w: after %d bytes: %w: the file is cut off or damaged; write it again", name, data.ErrFormat, len(b), err)
	}
	if len(b) == maxBytes+maxHeader {
		return nil, fmt.Errorf("npz: %s: %w: unpacks to more than %d bytes", name, data.ErrTooLarge, maxBytes)
	}
	array, err := Read(b)
	if err != nil {
		return nil, fmt.Errorf("npz: %s: %w", name, err)
	}
	return array, nil
}

// Set makes a data set of the arrays called samples and labels, such as x_train and y_train; see NewSet.
func (a *Archive) Set(samples, labels string, o SetOptions) (*data.Set, error) {
	x, err := a.Array(samples)
	if err != nil {
		return nil, err
	}
	y, err := a.Array(labels)
	if err != nil {
		return nil, err
	}
	s, err := NewSet(x, y, o)
	if err != nil {
		return nil, fmt.Errorf("npz: %s and %s: %w", samples, labels, err)
	}
	return s, nil
}
