package conform_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/fovea-nn/fovea/internal/conform"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/safetensors"
)

// object is a JSON object.
type object = map[string]any

// array is a tensor of a made case.
type array struct {
	shape  []int
	data   []float32
	labels []int32 // instead of data
}

func floats(shape []int, data ...float32) array { return array{shape: shape, data: data} }
func ints(shape []int, data ...int32) array     { return array{shape: shape, labels: data} }

func (a array) tensor(name string) safetensors.Tensor {
	if a.labels != nil {
		return safetensors.FromInt32s(name, a.shape, a.labels)
	}
	return safetensors.FromFloat32s(name, a.shape, a.data)
}

// made is a case to be written. Its fields, such as op and attrs, are those of the file; tensors and expect are added.
type made struct {
	name    string
	fields  object
	tensors map[string]array
	expect  []string
}

// write writes a folder of cases, as the reference has them, and returns its path.
func write(t *testing.T, cases ...made) string {
	t.Helper()
	dir := t.TempDir()
	index := object{"format": 1, "count": len(cases)}
	var list []object
	for _, c := range cases {
		types, expect := object{}, object{}
		var f safetensors.File
		for key, a := range c.tensors {
			tensor := a.tensor(key)
			types[key] = object{"dtype": tensor.DType, "shape": tensor.Shape}
			f.Tensors = append(f.Tensors, tensor)
		}
		for _, key := range c.expect {
			expect[key] = object{"atol": 1e-5, "rtol": 1e-4}
		}
		fields := object{"format": 1, "name": c.name, "tensors": types, "expect": expect}
		maps.Copy(fields, c.fields)
		list = append(list, object{"name": c.name, "kind": fields["kind"], "op": fields["op"], "bytes": 0})
		save(t, filepath.Join(dir, c.name+".json"), encode(t, fields))
		b, err := safetensors.Encode(&f)
		if err != nil {
			t.Fatal(err)
		}
		save(t, filepath.Join(dir, c.name+".safetensors"), b)
	}
	index["cases"] = list
	save(t, filepath.Join(dir, "index.json"), encode(t, index))
	return dir
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func save(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// runAll loads and runs every case of a folder on the processor.
func runAll(t *testing.T, f fs.FS) map[string]conform.Result {
	t.Helper()
	read := conform.FS(f)
	entries, err := conform.Index(read)
	if err != nil {
		t.Fatal(err)
	}
	dev := cpu.New(2)
	results := map[string]conform.Result{}
	for _, e := range entries {
		c, err := conform.Load(read, e)
		if err != nil {
			results[e.Name] = conform.Result{Err: err}
			continue
		}
		results[e.Name] = conform.RunCase(t.Context(), dev, c)
	}
	return results
}
