package safetensors

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"sort"
	"unicode/utf8"
)

// entry is what the header says about one tensor.
type entry struct {
	DType   *string   `json:"dtype"`
	Shape   []int     `json:"shape"`
	Offsets []float64 `json:"data_offsets"`
}

// place is a tensor with its bounds in the data part.
type place struct {
	tensor     Tensor
	begin, end uint64
}

// Decode reads a file. The tensors' Data are parts of b, not copies.
func Decode(b []byte) (*File, error) {
	if len(b) < 8 {
		return nil, formatError("got %d bytes, want at least the 8 of the header's length", len(b))
	}
	n := binary.LittleEndian.Uint64(b)
	switch {
	case n > MaxHeaderBytes:
		return nil, formatError("header length at byte 0: got %d, want at most %d", n, MaxHeaderBytes)
	case n > uint64(len(b)-8):
		return nil, formatError("header length at byte 0: got %d, but only %d bytes follow: the file is truncated", n, len(b)-8)
	}
	header, data := b[8:8+n], b[8+n:]
	f := &File{}
	places, err := f.header(header, uint64(len(data)))
	if err != nil {
		return nil, err
	}
	// The tensors must cover the data without overlap or gap.
	sort.SliceStable(places, func(i, j int) bool {
		a, b := places[i], places[j]
		return a.begin < b.begin || a.begin == b.begin && a.end < b.end
	})
	at := uint64(0)
	for i, p := range places {
		if p.begin < at {
			return nil, formatError("tensor %q at data byte %d overlaps tensor %q, which ends at %d", p.tensor.Name, p.begin, places[i-1].tensor.Name, at)
		}
		if p.begin > at {
			return nil, formatError("tensor %q at data byte %d: the bytes from %d on before it belong to no tensor", p.tensor.Name, p.begin, at)
		}
		at = p.end
		p.tensor.Data = data[p.begin:p.end:p.end]
		f.Tensors = append(f.Tensors, p.tensor)
	}
	if at < uint64(len(data)) {
		return nil, formatError("the data has %d bytes, but the tensors end at %d", len(data), at)
	}
	sort.Slice(f.Tensors, func(i, j int) bool { return f.Tensors[i].Name < f.Tensors[j].Name })
	return f, nil
}

// header reads the JSON part. It goes key by key, as a map would hide a name that comes twice.
func (f *File) header(header []byte, dataLen uint64) ([]place, error) {
	if !utf8.Valid(header) {
		return nil, formatError("the header is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(header))
	if t, err := d.Token(); err != nil || t != json.Delim('{') || header[0] != '{' {
		return nil, formatError("header at byte 8: got %.20q, want a JSON object", header)
	}
	var places []place
	seen := map[string]bool{}
	for d.More() {
		key, err := d.Token()
		name, ok := key.(string)
		if err != nil || !ok {
			return nil, headerError(d, err)
		}
		if seen[name] {
			return nil, formatError("the header has the name %q twice, again before byte %d", name, 8+d.InputOffset())
		}
		seen[name] = true
		if name == metadataKey {
			if err := d.Decode(&f.Metadata); err != nil {
				return nil, formatError("%s: want an object of texts: %w", metadataKey, err)
			}
			continue
		}
		var e entry
		if err := d.Decode(&e); err != nil {
			return nil, formatError("tensor %q (header up to byte %d): %w", name, 8+d.InputOffset(), err)
		}
		p, err := e.place(name, dataLen)
		if err != nil {
			return nil, formatError("tensor %q (header up to byte %d): %w", name, 8+d.InputOffset(), err)
		}
		places = append(places, p)
	}
	if _, err := d.Token(); err != nil {
		return nil, headerError(d, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, formatError("header at byte %d: got more than one JSON object", 8+d.InputOffset())
	}
	return places, nil
}

func headerError(d *json.Decoder, err error) error {
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return formatError("header at byte %d: %w", 8+d.InputOffset(), err)
}

// place checks what the header says about a tensor, the data having dataLen bytes.
func (e entry) place(name string, dataLen uint64) (place, error) {
	switch {
	case e.DType == nil:
		return place{}, fmt.Errorf("dtype is missing")
	case e.Shape == nil:
		return place{}, fmt.Errorf("shape is missing")
	case len(e.Offsets) != 2:
		return place{}, fmt.Errorf("data_offsets: got %v, want [begin, end]", e.Offsets)
	}
	want, err := dataBytes(*e.DType, e.Shape)
	if err != nil {
		return place{}, err
	}
	// JSON numbers are float64 here, so that a fraction or a huge one is seen; all that pass are exact.
	for _, o := range e.Offsets {
		if o < 0 || o > float64(dataLen) || o != float64(uint64(o)) {
			return place{}, fmt.Errorf("data_offsets: got %v, want whole numbers from 0 to %d, the bytes of data in the file", e.Offsets, dataLen)
		}
	}
	begin, end := uint64(e.Offsets[0]), uint64(e.Offsets[1])
	if begin > end {
		return place{}, fmt.Errorf("data_offsets: got %v, want begin before end", e.Offsets)
	}
	if end-begin != want {
		return place{}, fmt.Errorf("%d bytes at data_offsets %v: want %d for %s %v", end-begin, e.Offsets, want, *e.DType, e.Shape)
	}
	return place{Tensor{Name: name, DType: *e.DType, Shape: e.Shape}, begin, end}, nil
}
