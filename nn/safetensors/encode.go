package safetensors

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"sort"
	"unicode/utf8"
)

// Encode writes a file: the tensors in the order of their names, the header padded with blanks to a
// multiple of 8 bytes. The order of f.Tensors does not matter and is not changed.
func Encode(f *File) ([]byte, error) {
	tensors := append([]Tensor(nil), f.Tensors...)
	sort.SliceStable(tensors, func(i, j int) bool { return tensors[i].Name < tensors[j].Name })

	var header bytes.Buffer
	header.WriteByte('{')
	if len(f.Metadata) > 0 {
		for k, v := range f.Metadata {
			if !utf8.ValidString(k) || !utf8.ValidString(v) {
				return nil, formatError("metadata %q: the text is not UTF-8", k)
			}
		}
		if err := writeMember(&header, metadataKey, f.Metadata); err != nil {
			return nil, err
		}
	}
	at := 0
	for i, t := range tensors {
		switch {
		case t.Name == metadataKey:
			return nil, formatError("tensor %q: the name is reserved", t.Name)
		case !utf8.ValidString(t.Name):
			return nil, formatError("tensor %q: the name is not UTF-8", t.Name)
		case i > 0 && t.Name == tensors[i-1].Name:
			return nil, formatError("tensor %q: there are two of this name", t.Name)
		}
		want, err := dataBytes(t.DType, t.Shape)
		if err != nil {
			return nil, formatError("tensor %q: %w", t.Name, err)
		}
		if uint64(len(t.Data)) != want {
			return nil, formatError("tensor %q: got %d bytes, want %d for %s %v", t.Name, len(t.Data), want, t.DType, t.Shape)
		}
		shape := append([]int{}, t.Shape...) // never null
		e := struct {
			DType   string `json:"dtype"`
			Shape   []int  `json:"shape"`
			Offsets [2]int `json:"data_offsets"`
		}{t.DType, shape, [2]int{at, at + len(t.Data)}}
		if err := writeMember(&header, t.Name, e); err != nil {
			return nil, err
		}
		at += len(t.Data)
	}
	header.WriteByte('}')
	for header.Len()%8 != 0 {
		header.WriteByte(' ')
	}
	if header.Len() > MaxHeaderBytes {
		return nil, formatError("the header would have %d bytes, at most %d are allowed", header.Len(), MaxHeaderBytes)
	}

	b := make([]byte, 0, 8+header.Len()+at)
	b = binary.LittleEndian.AppendUint64(b, uint64(header.Len()))
	b = append(b, header.Bytes()...)
	for _, t := range tensors {
		b = append(b, t.Data...)
	}
	return b, nil
}

// writeMember writes one member of the header's JSON object.
func writeMember(b *bytes.Buffer, name string, value any) error {
	if b.Len() > 1 {
		b.WriteByte(',')
	}
	for i, v := range []any{name, value} {
		text, err := json.Marshal(v)
		if err != nil {
			return formatError("tensor %q: %w", name, err)
		}
		if i == 1 {
			b.WriteByte(':')
		}
		b.Write(text)
	}
	return nil
}
