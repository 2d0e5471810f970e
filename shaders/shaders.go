package shaders

import (
	"embed"
	"fmt"
	"hash/fnv"
	"path"
	"sort"
	"strings"
)

//go:embed *.wgsl lib/*.wgsl
var files embed.FS

// Params specialise a shader: an int, a bool (1 or 0) or text for each name that the file uses.
type Params map[string]any

// Names lists the shaders.
func Names() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic("shaders: embedded files: " + err.Error())
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".wgsl"); ok {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

// Source returns the shader called name, specialised. A parameter that the file needs and does not get, or gets and
// does not use, is an error: it would be a slip in the backend.
func Source(name string, params Params) (string, error) {
	text, err := files.ReadFile(name + ".wgsl")
	if err != nil {
		return "", fmt.Errorf("shaders: no shader %q", name)
	}
	x := &expander{file: name, params: params, used: map[string]bool{}}
	if err := x.block(strings.Split(string(text), "\n"), 0); err != nil {
		return "", err
	}
	for p := range params {
		if !x.used[p] {
			return "", fmt.Errorf("shaders: %s.wgsl does not use parameter %s", name, p)
		}
	}
	return x.out.String(), nil
}

// Hash changes when any of the files does.
func Hash() uint64 {
	h := fnv.New64a()
	for _, folder := range []string{".", "lib"} {
		entries, err := files.ReadDir(folder)
		if err != nil {
			panic("shaders: embedded files: " + err.Error())
		}
		for _, e := range entries {
			if text, err := files.ReadFile(path.Join(folder, e.Name())); err == nil {
				h.Write(text)
			}
		}
	}
	return h.Sum64()
}

// Raw returns the file as it is written, or "".
func Raw(name string) string {
	text, err := files.ReadFile(name + ".wgsl")
	if err != nil {
		return ""
	}
	return string(text)
}
