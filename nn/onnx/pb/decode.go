package pb

import (
	"fmt"
	"unsafe"

	"github.com/fovea-nn/fovea/internal/onnxir"
)

const (
	// maxDepth bounds messages within messages, such as graphs of branches within branches. It is the limit of the format's
	// own readers. Source: https://protobuf.dev/programming-guides/proto-limits/
	maxDepth = 100
	// structBytes bounds the memory for the structs of a model, as a multiple of the file: an empty graph has 2 bytes there
	// and 176 here. ONNX's own test models need up to 11, but a node's attribute of a number, 13 bytes there and 288 here, 22:
	// a model of many such nodes, whose numbers are in another file, must be read too.
	structBytes = 32
	// minStructBytes is allowed for any file.
	minStructBytes = 1 << 20
)

// Decode reads a model. Its tensors' raw data and texts of attributes are parts of b, not copies. Of memory it takes 2 MiB and 48
// bytes for each of b at most, whatever b is, garbage included; of a usual model far less.
func Decode(b []byte) (*onnxir.Model, error) {
	d := newDecoder(b)
	m := &onnxir.Model{}
	if err := d.model(message{b, 0}, m); err != nil {
		return nil, fmt.Errorf("onnx: %w", err)
	}
	if m.Graph == nil {
		return nil, fmt.Errorf("onnx: %w", onnxir.Formatf("there is no graph in %d bytes, want a model (ModelProto)", len(b)))
	}
	return m, nil
}

// decoder knows how much the file may still ask for.
type decoder struct{ structs, depth int }

func newDecoder(b []byte) *decoder { return &decoder{structs: minStructBytes + structBytes*len(b)} }

// take returns an error if the file has asked for too many structs, size bytes more included.
func (d *decoder) take(size uintptr) error {
	if d.structs -= int(size); d.structs < 0 {
		return onnxir.Formatf("the file is full of empty messages: its structure would take more than %d times its size in memory",
			structBytes)
	}
	return nil
}

// child reads the message in a field into out.
func child[T any](d *decoder, f field, out *T, read func(d *decoder, m message, out *T) error) error {
	m, err := f.message()
	if err != nil {
		return err
	}
	if d.depth++; d.depth > maxDepth {
		return onnxir.Formatf("byte %d: messages within messages are more than %d deep: want graphs that are less nested",
			f.at, maxDepth)
	}
	defer func() { d.depth-- }()
	return read(d, m, out)
}

// leaf reads the message in a field that has no messages within, and takes size bytes of memory.
func (d *decoder) leaf(f field, size uintptr, visit func(f field) error) error {
	if err := d.take(size); err != nil {
		return err
	}
	m, err := f.message()
	if err != nil {
		return err
	}
	return each(m, visit)
}

// single reads the message in a field that a message has once. The format has it that a second one adds to the first.
func single[T any](d *decoder, f field, out **T, read func(d *decoder, m message, out *T) error) error {
	if *out == nil {
		*out = new(T)
		if err := d.take(unsafe.Sizeof(**out)); err != nil {
			return err
		}
	}
	return child(d, f, *out, read)
}

// repeated reads the message in a field behind those that are there. named says what it is, for an error.
func repeated[T any](d *decoder, f field, out *[]*T, read func(d *decoder, m message, out *T) error,
	named func(i int, t *T) string) error {
	t := new(T)
	if err := d.take(unsafe.Sizeof(*t)); err != nil {
		return err
	}
	if err := child(d, f, t, read); err != nil {
		return fmt.Errorf("%s: %w", named(len(*out), t), err)
	}
	appended(f, out, t)
	return nil
}

// indexed names the i-th of a list, with its own name if it has one.
func indexed(what string, i int, name string) string {
	if name == "" {
		return fmt.Sprintf("%s %d", what, i)
	}
	return fmt.Sprintf("%s %q", what, name)
}

func (d *decoder) model(m message, out *onnxir.Model) error {
	return each(m, func(f field) error {
		switch f.num {
		case 1:
			return f.int(&out.IRVersion)
		case 2:
			return f.text(&out.ProducerName)
		case 3:
			return f.text(&out.ProducerVersion)
		case 4:
			return f.text(&out.Domain)
		case 5:
			return f.int(&out.Version)
		case 6:
			return f.text(&out.Doc)
		case 7:
			return single(d, f, &out.Graph, (*decoder).graph)
		case 8:
			return d.opset(f, &out.Opsets)
		case 14:
			return d.pair(f, &out.Metadata)
		case 25:
			return repeated(d, f, &out.Functions, (*decoder).function,
				func(i int, t *onnxir.Function) string { return indexed("function", i, t.Name) })
		}
		return nil
	})
}

// opset reads an OperatorSetIdProto. Of two of a domain the higher counts.
func (d *decoder) opset(f field, out *map[string]int64) error {
	var name string
	var version int64
	err := d.leaf(f, unsafe.Sizeof(name)+unsafe.Sizeof(version), func(f field) error {
		switch f.num {
		case 1:
			return f.domain(&name)
		case 2:
			return f.int(&version)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if *out == nil {
		*out = map[string]int64{}
	}
	(*out)[name] = max(version, (*out)[name])
	return nil
}

// pair reads a StringStringEntryProto.
func (d *decoder) pair(f field, out *map[string]string) error {
	var key, value string
	err := d.leaf(f, unsafe.Sizeof(key)+unsafe.Sizeof(value), func(f field) error {
		switch f.num {
		case 1:
			return f.text(&key)
		case 2:
			return f.text(&value)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if *out == nil {
		*out = map[string]string{}
	}
	(*out)[key] = value
	return nil
}
