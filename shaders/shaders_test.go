package shaders_test

import (
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/shaders"
)

func TestSourceNeedsExactlyItsParameters(t *testing.T) {
	good := shaders.Params{"WG_SIZE": 64, "N": 10, "PARTS": 4, "T": "f32", "OP": "s + v"}
	text, err := shaders.Source("sum_parts", good)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"@workgroup_size(64)", "k < 4u", "part[k * 10u + i]", "s = s + v;", "fn flat_index"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "${") || strings.Contains(text, "//#") {
		t.Errorf("something is left unexpanded in\n%s", text)
	}
	good["EXTRA"] = 1
	if _, err := shaders.Source("sum_parts", good); err == nil || !strings.Contains(err.Error(), "does not use parameter EXTRA") {
		t.Errorf("unused parameter: got %v", err)
	}
	delete(good, "EXTRA")
	delete(good, "N")
	if _, err := shaders.Source("sum_parts", good); err == nil || !strings.Contains(err.Error(), `no number is called "N"`) {
		t.Errorf("missing parameter: got %v", err)
	}
	if _, err := shaders.Source("nothing", nil); err == nil {
		t.Error("a shader that does not exist")
	}
}

func TestHeaders(t *testing.T) {
	for _, name := range shaders.Names() {
		text := shaders.Raw(name)
		if !strings.HasPrefix(text, "// "+name+": ") || !strings.Contains(text, "Reference: op/") && name != "sum_parts" && name != "picture" {
			t.Errorf("%s.wgsl: the first line must say what it computes, and the header its reference", name)
		}
		if strings.Count(text, "fn main(")+strings.Count(text, "//#include tiled\n") != 1 {
			t.Errorf("%s.wgsl: want one entry point main", name)
		}
	}
}
