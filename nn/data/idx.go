package data

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// ReadImages reads an IDX file of gray pictures (idx3-ubyte), as MNIST comes in, plain or under gzip.
// It returns the pixels, picture after picture, and the shape [H,W,1] of one.
func ReadImages(b []byte) (pix []byte, shape []int, err error) {
	pix, sizes, err := readIDX(b, 3)
	if err != nil {
		return nil, shape, fmt.Errorf("IDX pictures: %w", err)
	}
	return pix, []int{sizes[1], sizes[2], 1}, nil
}

// ReadLabels reads an IDX file of labels (idx1-ubyte), plain or under gzip.
func ReadLabels(b []byte) ([]int32, error) {
	labels, _, err := readIDX(b, 1)
	if err != nil {
		return nil, fmt.Errorf("IDX labels: %w", err)
	}
	return Labels(labels), nil
}

// Labels converts labels of one byte each.
func Labels(b []byte) []int32 {
	labels := make([]int32, len(b))
	for i, l := range b {
		labels[i] = int32(l)
	}
	return labels
}

// OpenIDX reads a set from a folder as MNIST and its relatives come in: PREFIX-images-idx3-ubyte and
// PREFIX-labels-idx1-ubyte, plain or with .gz behind, where prefix is train or t10k. It returns an error that names the
// file if one is missing or damaged, or if they do not belong together.
func OpenIDX(folder fs.FS, prefix string, classes []string) (*Set, error) {
	imagesName, file, err := readPlainOrGzip(folder, prefix+"-images-idx3-ubyte")
	if err != nil {
		return nil, err
	}
	images, shape, err := ReadImages(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", imagesName, err)
	}
	labelsName, file, err := readPlainOrGzip(folder, prefix+"-labels-idx1-ubyte")
	if err != nil {
		return nil, err
	}
	labels, err := ReadLabels(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", labelsName, err)
	}
	s := &Set{Images: images, Labels: labels, Shape: shape, Classes: classes}
	if err := s.CheckForm(); err != nil {
		return nil, fmt.Errorf("%s and %s: %w", imagesName, labelsName, err)
	}
	return s, nil
}

func readPlainOrGzip(folder fs.FS, name string) (string, []byte, error) {
	b, err := fs.ReadFile(folder, name)
	if !errors.Is(err, fs.ErrNotExist) {
		return name, b, err
	}
	if b, err := fs.ReadFile(folder, name+".gz"); err == nil {
		return name + ".gz", b, nil
	}
	return name, nil, err
}

// readIDX returns the bytes and the sizes of an IDX file with so many dimensions.
func readIDX(b []byte, dims int) ([]byte, []int, error) {
	if hasMagic(b, "\x1f\x8b") {
		var err error
		if b, err = gunzip(b); err != nil {
			return nil, nil, err
		}
	}
	header := 4 + 4*dims
	if len(b) < header {
		return nil, nil, fmt.Errorf("%w: got %d bytes, want at least the %d of the header: the file is cut off", ErrFormat, len(b), header)
	}
	if want := uint32(0x0800 + dims); binary.BigEndian.Uint32(b) != want {
		return nil, nil, fmt.Errorf("%w: at byte 0: got %08x, want %08x (bytes in %d dimensions): not an IDX file of this kind", ErrFormat, b[:4], want, dims)
	}
	sizes := make([]int, dims)
	total := 1
	for i := range sizes {
		at := 4 + 4*i
		n := binary.BigEndian.Uint32(b[at:])
		if n == 0 {
			return nil, nil, fmt.Errorf("%w: at byte %d: size %d is 0", ErrFormat, at, i)
		}
		if uint64(total)*uint64(n) > maxSetBytes {
			return nil, nil, fmt.Errorf("%w: at byte %d: size %d is %d, which makes more than %d bytes", ErrTooLarge, at, i, n, maxSetBytes)
		}
		total *= int(n)
		sizes[i] = int(n)
	}
	if got := len(b) - header; got != total {
		return nil, nil, fmt.Errorf("%w: from byte %d on: got %d bytes, want %d for sizes %v", ErrFormat, header, got, total, sizes)
	}
	return b[header:], sizes, nil
}

func gunzip(b []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("%w: gzip: %w", ErrFormat, err)
	}
	out, err := io.ReadAll(io.LimitReader(z, maxSetBytes+64))
	if err != nil {
		return nil, fmt.Errorf("%w: gzip: after %d bytes: %w", ErrFormat, len(out), err)
	}
	if len(out) == maxSetBytes+64 {
		return nil, fmt.Errorf("%w: unpacks to more than %d bytes", ErrTooLarge, maxSetBytes)
	}
	return out, nil
}
