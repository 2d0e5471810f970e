package zoo

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
)

func TestExpand(t *testing.T) {
	for pattern, want := range map[string]string{
		"a b.c":              "a b.c",
		"conv{1,2}.{a,b}":    "conv1.a conv1.b conv2.a conv2.b",
		"x{1..3}{,y}":        "x1 x1y x2 x2y x3 x3y",
		"a.{0.{p,q},1}.{r}":  "a.0.p.r a.0.q.r a.1.r",
		"{0.0,0.1} n{9..11}": "0.0 0.1 n9 n10 n11",
		"":                   "",
	} {
		if got := strings.Join(expand(pattern), " "); got != want {
			t.Errorf("%s: got %s, want %s", pattern, got, want)
		}
	}
}

func TestEveryFileIsANet(t *testing.T) {
	files, err := fs.ReadDir(nets, "nets")
	if err != nil || len(files) == 0 {
		t.Fatal(len(files), err)
	}
	for _, f := range files {
		name, ok := strings.CutSuffix(f.Name(), ".net")
		if !ok || !slices.ContainsFunc(all(), func(e Entry) bool { return e.file == name }) {
			t.Errorf("%s belongs to no net", f.Name())
		}
	}
	for name := range torchNames {
		if e, err := Lookup(name); err != nil || !e.Torch {
			t.Errorf("names for %s: %v", name, err)
		}
	}
}

func TestDefine(t *testing.T) {
	text := "# $a = 1\n$a = 2\n$ab = 3\nINPUT"
	got, err := define(text, variable{"a", 14})
	if want := "# $a = 1\n$a = 14\n$ab = 3\nINPUT"; got != want || err != nil {
		t.Errorf("got %q %v, want %q", got, err, want)
	}
	if _, err := define(text, variable{"b", 1}); err == nil {
		t.Error("an unknown variable: no error")
	}
}
