package spec

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// sameNet compares networks without the places in the text they came from.
var sameNet = cmp.Options{
	cmpopts.IgnoreFields(Input{}, "Pos", "Length"), cmpopts.IgnoreFields(Group{}, "Pos", "Length"),
	cmpopts.IgnoreFields(Layer{}, "Pos", "Length"), cmpopts.IgnoreFields(Option{}, "Pos", "Length"),
	cmpopts.EquateEmpty(),
}

// drawItems makes items that a text can hold; names counts the named layers.
func drawItems(t *rapid.T, depth int, names *int) []Item {
	number := rapid.IntRange(1, MaxNumber)
	items := make([]Item, rapid.IntRange(1, 3).Draw(t, "items"))
	for i := range items {
		if depth > 0 && rapid.Bool().Draw(t, "group") {
			items[i].Group = &Group{Items: drawItems(t, depth-1, names), Repeat: rapid.IntRange(1, 4).Draw(t, "repeat")}
			continue
		}
		k := rapid.SampledFrom(kinds[1:]).Draw(t, "kind")
		l := &Layer{Kind: k.name}
		if rapid.Bool().Draw(t, "named") {
			*names++
			l.Name = fmt.Sprint(*names, rapid.StringMatching(`[a-z →#\]é]{0,5}`).Draw(t, "name"))
		}
		l.Size = rapid.SliceOfN(number, k.minSize, k.maxSize).Draw(t, "size")
		if k.name == "DROPOUT" {
			rate := rapid.Float64Range(0, 0.999).Draw(t, "rate")
			l.Options = append(l.Options, Option{Name: "rate", Numbers: []float64{rate}})
		}
		for _, o := range k.options {
			if !rapid.Bool().Draw(t, o.name) {
				continue
			}
			made := Option{Name: o.name, Word: o.word}
			if o.word == "" || rapid.Bool().Draw(t, "number") {
				made.Word = ""
				for range min(o.max, rapid.IntRange(1, 2).Draw(t, "count")) {
					made.Numbers = append(made.Numbers, float64(number.Draw(t, "n")))
				}
			}
			l.Options = append(l.Options, made)
		}
		items[i].Layer = l
	}
	return items
}

func TestFormatParse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.IntRange(1, MaxNumber)
		n := &Net{Input: Input{H: number.Draw(t, "h"), W: number.Draw(t, "w"), C: number.Draw(t, "c")}}
		n.Body = drawItems(t, 2, new(int))
		n.Layers = expand(nil, n.Body)
		text := Format(n)
		got, err := Parse(text)
		if err != nil {
			t.Fatalf("%s\n%v", text, err)
		}
		if d := cmp.Diff(n, got, sameNet); d != "" {
			t.Fatalf("%s (-want +got)\n%s", text, d)
		}
		// Without the tree, the expanded layers are what is written; names may then come twice.
		flat := &Net{Input: n.Input, Layers: n.Layers}
		for i := range flat.Layers {
			flat.Layers[i].Name = ""
		}
		if got, err = Parse(Format(flat)); err != nil || !cmp.Equal(flat.Layers, got.Layers, sameNet) {
			t.Fatalf("%s\n%v", Format(flat), err)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"INPUT 28x28x1 -> [CONV 5x5x8 pad 2 -> RELU -> POOL 2]*2 -> FC 10",
		"input 32×32x3 → conv \"é\" 3x3x8 pad same stride 2x1 nobias # c\n-> [avgpool 2 ceil nocountpad]*0 -> dropout .25 -> gap",
		"INPUT 8x8 -> [[RELU]*1000]*11", "INPUT 8x8 -> POOL 2?", "INPUT 8x8 -> FC \"", "[", "\xff", "",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := Parse(text)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Line < 1 || e.Column < 1 || e.Length < 0 || e.Msg == "" {
				t.Fatalf("not a usable error: %#v", err)
			}
			return
		}
		formatted := Format(n)
		again, err := Parse(formatted)
		if err != nil {
			t.Fatalf("%q: %v", formatted, err)
		}
		if d := cmp.Diff(n, again, sameNet); d != "" {
			t.Fatalf("%q (-first +again)\n%s", formatted, d)
		}
		if s := Format(again); s != formatted {
			t.Fatalf("Format is not stable: %q, then %q", formatted, s)
		}
	})
}
