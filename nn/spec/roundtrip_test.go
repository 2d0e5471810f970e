package spec

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// diff compares networks without the places in the text they came from, which it takes out of both.
func diff(a, b *Net) string {
	forget(reflect.ValueOf(a).Elem())
	forget(reflect.ValueOf(b).Elem())
	if reflect.DeepEqual(a, b) { // which is much faster
		return ""
	}
	return cmp.Diff(a, b, cmpopts.IgnoreUnexported(Input{}))
}

// forget zeroes every field Pos and Length, and makes empty slices nil.
func forget(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			forget(v.Elem())
		}
	case reflect.Slice:
		if v.Len() == 0 && v.CanSet() {
			v.SetZero()
		}
		for i := range v.Len() {
			forget(v.Index(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			forget(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			switch name := v.Type().Field(i).Name; name {
			case "Pos", "Length":
				v.Field(i).SetZero()
			default:
				forget(v.Field(i))
			}
		}
	}
}

// drawer makes nets that a text can hold.
type drawer struct {
	*rapid.T
	names  int      // how many layers have one
	vars   []string // in sight
	blocks []*Def
	side   bool // inside a side head
}

func (d *drawer) coin(label string) bool   { return rapid.Bool().Draw(d.T, label) }
func (d *drawer) upTo(n int, l string) int { return rapid.IntRange(0, n).Draw(d.T, l) }

// number draws a whole number of 1 or more, as digits or as arithmetic whose value is small.
func (d *drawer) number() Num {
	if d.upTo(3, "kind of number") > 0 {
		return Num{Value: float64(rapid.IntRange(1, 9).Draw(d.T, "n"))}
	}
	return Num{Expr: d.expr(2)}.simple()
}

func (n Num) simple() Num {
	if n.Expr != nil && n.Expr.Op == '0' {
		return Num{Value: n.Expr.Value}
	}
	return n
}

// expr draws arithmetic on numbers of 1 or more that gives such a number.
func (d *drawer) expr(depth int) *Expr {
	switch k := d.upTo(5, "operator"); {
	case depth > 0 && k < 2:
		return &Expr{Op: "+*"[k], Args: [2]*Expr{d.expr(depth - 1), d.expr(depth - 1)}}
	case depth > 0 && k == 2: // (a+b)-b
		b := d.expr(depth - 1)
		return &Expr{Op: '-', Args: [2]*Expr{{Op: '+', Args: [2]*Expr{d.expr(depth - 1), b}}, b}}
	case depth > 0 && k == 3: // (a*b)/b, and with it brackets on the right
		b := d.expr(depth - 1)
		return &Expr{Op: '/', Args: [2]*Expr{{Op: '*', Args: [2]*Expr{b, d.expr(depth - 1)}}, b}}
	case len(d.vars) > 0 && k > 2:
		return &Expr{Op: '$', Name: rapid.SampledFrom(d.vars).Draw(d.T, "variable")}
	}
	return &Expr{Op: '0', Value: float64(1 + d.upTo(4, "n"))}
}

func (d *drawer) numbers(least, most int) []Num {
	ns := make([]Num, rapid.IntRange(least, most).Draw(d.T, "numbers"))
	for i := range ns {
		ns[i] = d.number()
	}
	return ns
}

func (d *drawer) repeat() (Num, bool) {
	switch d.upTo(3, "repetition") {
	case 0:
		return Num{Value: float64(d.upTo(1, "optional"))}, true
	case 1:
		return Num{Value: float64(d.upTo(3, "times"))}, false
	}
	if len(d.vars) > 0 && d.upTo(3, "repeat by a variable") == 0 {
		return Num{Expr: &Expr{Op: '$', Name: d.vars[0]}}, false
	}
	return Num{Value: 1}, false
}

func (d *drawer) items(depth, axes int) []Item {
	items := make([]Item, rapid.IntRange(1, 3).Draw(d.T, "items"))
	for i := range items {
		k := d.upTo(7, "item")
		it := &items[i]
		switch {
		case depth > 0 && k == 0:
			it.Group = &Group{Items: d.items(depth-1, axes)}
			it.Group.Repeat, it.Group.Optional = d.repeat()
		case depth > 0 && k == 1:
			it.Branch = &Branch{Paths: make([][]Item, rapid.IntRange(2, 3).Draw(d.T, "paths"))}
			it.Branch.Paths[0] = append([]Item{{Layer: &Layer{Kind: "RELU"}}}, d.items(depth-1, axes)...)
			for j := range it.Branch.Paths[1:] {
				if d.coin("path") {
					it.Branch.Paths[1+j] = d.items(depth-1, axes)
				}
			}
			it.Branch.Merge = Layer{Kind: mergeKinds[d.upTo(len(mergeKinds)-1, "merge")].name, Name: d.name()}
		case depth > 0 && k == 2 && !d.side:
			d.side = true
			it.Side = &Side{Items: append(d.items(depth-1, axes), Item{Layer: &Layer{Kind: "GAP"}}), Weight: Num{Value: rapid.Float64Range(0, 1).Draw(d.T, "weight")}}
			d.side = false
		case len(d.blocks) > 0 && k == 3:
			def := d.blocks[d.upTo(len(d.blocks)-1, "block")]
			it.Call = &Call{Block: def.Name, Args: d.numbers(len(def.Params), len(def.Params))}
			it.Call.Repeat, it.Call.Optional = d.repeat()
		default:
			it.Layer = d.layer(axes)
		}
	}
	return items
}

func (d *drawer) name() string {
	if !d.coin("named") {
		return ""
	}
	d.names++
	return fmt.Sprint(d.names, rapid.StringMatching(`[a-z →#\]é]{0,5}`).Draw(d.T, "name"))
}

// drawable are the layers that fit anywhere in a chain.
var drawable []kind

func init() {
	for _, k := range kinds {
		if k.build != nil && k.onlyLast == "" && k.neverLast == "" {
			drawable = append(drawable, k)
		}
	}
}

func (d *drawer) layer(axes int) *Layer {
	k := drawable[rapid.IntRange(0, len(drawable)-1).Draw(d.T, "kind")]
	l := &Layer{Kind: k.name, Name: d.name()}
	l.Size = d.numbers(k.size.bounds(axes))
	if k.lead != nil && (!k.lead.may || d.coin("lead")) {
		l.Options = append(l.Options, Option{Name: k.lead.name, Numbers: d.decimal(k.lead)})
	}
	for _, o := range k.options {
		if o.ref || !d.coin(o.name) {
			continue
		}
		made := Option{Name: o.name}
		most := o.count
		if most == perAxis {
			most = axes
		}
		switch {
		case len(o.words) > 0 && (o.count == 0 || d.coin("word")):
			w := o.words[d.upTo(len(o.words)-1, "which")]
			if made.Word = w.name; w.number != nil {
				made.Numbers = d.decimal(w.number)
			}
		case o.sides && d.coin("sides"):
			made.Sides, made.Numbers = true, d.numbers(2*axes, 2*axes)
		case o.decimal:
			made.Numbers = d.decimal(&o)
		case most > 0:
			made.Numbers = d.numbers(1, most)
		}
		l.Options = append(l.Options, made)
	}
	return l
}

func (d *drawer) decimal(o *option) []Num {
	if !o.decimal {
		return d.numbers(1, 1)
	}
	high := o.high
	if high == 0 {
		high = MaxNumber
	}
	return []Num{{Value: rapid.Float64Range(o.low, high).Filter(o.fits).Draw(d.T, "decimal")}}
}

func (d *drawer) net() *Net {
	n := &Net{}
	for i := range d.upTo(3, "variables") {
		v := d.number()
		name := fmt.Sprint("v", i)
		n.Defs = append(n.Defs, Def{Name: name, Value: &v})
		d.vars = append(d.vars, name)
	}
	axes := 1 + d.upTo(2, "axes")
	globals := d.vars
	for i := range d.upTo(2, "blocks") {
		def := &Def{Name: fmt.Sprint("block", i), Params: []string{"a", "b"}[:d.upTo(2, "parameters")]}
		d.vars = append(globals[:len(globals):len(globals)], def.Params...)
		d.side = true // a call may stand in one
		def.Body = d.items(1, axes)
		d.side = false
		n.Defs = append(n.Defs, *def)
		d.blocks = append(d.blocks, def)
	}
	d.vars = globals
	n.Input = Input{Size: d.numbers(axes+1, axes+1), Series: axes == 1}
	n.Body = append(d.items(2, axes), Item{Layer: &Layer{Kind: "FLATTEN"}})
	return n
}

// expands skips nets whose numbers multiply beyond the bounds: those are what other tests are about.
func (d *drawer) expands(n *Net) {
	if err := n.expand(); err != nil {
		if !strings.Contains(err.Msg, "out of bounds") && !strings.Contains(err.Msg, "at most") && !strings.Contains(err.Msg, "more than") &&
			!strings.Contains(err.Msg, "from 0 to") && !strings.Contains(err.Msg, "expected 0 to") && !strings.Contains(err.Msg, "every path") {
			d.Fatalf("%s\n%v", Format(n), err)
		}
		d.Skip(err)
	}
	if len(n.Layers) > 200 {
		d.Skip("large")
	}
}

func TestFormatParse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &drawer{T: t}
		n := d.net()
		d.expands(n)
		text := Format(n)
		got, err := Parse(text)
		if err != nil {
			t.Fatalf("%s\n%v", text, err)
		}
		if d := diff(n, got); d != "" {
			t.Fatalf("%s (-want +got)\n%s", text, d)
		}
		if again := Format(got); again != text {
			t.Fatalf("not stable:\n%s\nthen\n%s", text, again)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"INPUT 28x28x1 -> [CONV 5x5x8 pad 2 -> RELU -> POOL 2]*2 -> FC 10",
		"input 32×32x3 → conv \"é\" 3x3x8 pad same stride 2x1 nobias # c\n-> [avgpool 2 ceil nocountpad]*0 -> dropout .25 -> gap",
		"INPUT 8x8 -> [[RELU]*1000]*11", "INPUT 8x8 -> POOL 2?", "INPUT 8x8 -> FC \"", "[", "\xff", "",
		"$w = 16; $n = ($w-2)/2\nINPUT 8x8x$w -> [CONV ($n)x3x$w*2 pad 0,1,2,$n]*$n -> [POOL 2]?1 -> FC 2*$w",
		"r($f,$s) = { CONV 3x3x$f stride $s pad 1 -> RELU | } add -> RELU; q() = r(2,1)*2 -> r(3, 1)\nINPUT 9x9 -> q() -> side { GAP } weight .3 -> q()?1 -> GAP",
		"INPUT 100x2 series -> { CONV \"a\" 5x16 | | CONV share \"a\" } concat \"c\" -> GAP", "INPUT 4x4x4x1 -> CONV 3x3x3x2 pad same -> PIXELS",
		"a()=[RELU]*0;b()=a()->a();c()=b()->b()\nINPUT 2x2->[c()]*1000->GAP", "INPUT 1x1->{|}add", "$a=1/0", "INPUT 8x8->CONV $a", "$a=((1))INPUT 2x2->FC $a",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		start := time.Now()
		n, err := Parse(text)
		if d := time.Since(start); d > 5*time.Second {
			t.Fatalf("took %v", d)
		}
		if err != nil {
			checkError(t, text, err)
			return
		}
		if len(n.Layers) > MaxLayers {
			t.Fatalf("%d layers", len(n.Layers))
		}
		formatted := Format(n)
		again, err := Parse(formatted)
		if err != nil {
			t.Fatalf("%q: %v", formatted, err)
		}
		if d := diff(n, again); d != "" {
			t.Fatalf("%q (-first +again)\n%s", formatted, d)
		}
		if s := Format(again); s != formatted {
			t.Fatalf("Format is not stable: %q, then %q", formatted, s)
		}
	})
}

// checkError fails unless err points into text, or right behind it.
func checkError(t *testing.T, text string, err error) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Msg == "" || e.Length < 0 {
		t.Fatalf("not a usable error: %#v", err)
	}
	lines := strings.Split(text, "\n")
	if e.Line < 1 || e.Line > len(lines) || e.Column < 1 || e.Column > len([]rune(lines[e.Line-1]))+1 {
		t.Fatalf("%q: the error points at line %d, column %d", text, e.Line, e.Column)
	}
}
