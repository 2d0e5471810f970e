package preprocess

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/fovea-nn/fovea/nn/data"
)

func named(t testing.TB, name string) Preprocess {
	t.Helper()
	p, err := Named(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestNames(t *testing.T) {
	for _, name := range Names() {
		p := named(t, name)
		if err := p.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		b, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Parse(b)
		if d := cmp.Diff(p, back); d != "" || err != nil {
			t.Errorf("%s: %s comes back with %v and\n%s", name, b, err, d)
		}
		p.Size[0], p.Crop[0] = 1, 1
		if named(t, name).Size[0] == 1 || named(t, name).Crop[0] == 1 {
			t.Errorf("%s: what Named returned shares memory with the next", name)
		}
	}
	if _, err := Named("imagenet"); !errors.Is(err, data.ErrFormat) || !strings.Contains(err.Error(), `no preset is called "imagenet": want one of caffe, mnist, symmetric, torchvision, torchvision-299, unit`) {
		t.Errorf("got %v", err)
	}
}

// TestJSON pins the text, which lies in files.
func TestJSON(t *testing.T) {
	for name, want := range map[string]string{
		"torchvision": `{"resize":[256],"filter":"bilinear","crop":[224,224],"size":[224,224],"order":"rgb","scale":255,"mean":[0.485,0.456,0.406],"deviation":[0.229,0.224,0.225]}`,
		"caffe":       `{"resize":[256,256],"filter":"bilinear","crop":[224,224],"size":[224,224],"order":"bgr","scale":1,"mean":[104,117,123]}`,
	} {
		if got, err := json.Marshal(named(t, name)); string(got) != want || err != nil {
			t.Errorf("%s: got %s, %v; want %s", name, got, err, want)
		}
	}
}

func TestParseBad(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"no object", `[1]`, `want an object as {"size"`},
		{"cut off", `{"size":[1`, "unexpected EOF"},
		{"unknown key", `{"size":[2,2],"order":"rgb","scale":1,"flip":true}`, `unknown field "flip"`},
		{"more text", `{"size":[2,2],"order":"rgb","scale":1} {}`, "more text after the object"},
		{"null", `null`, "size []: want [height, width]"},
	} {
		if _, err := Parse([]byte(tt.text)); !errors.Is(err, data.ErrFormat) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}

func TestValidateBad(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Preprocess)
		want   string
	}{
		{"no size", func(p *Preprocess) { p.Size = nil }, "size []: want [height, width] of 1 to 65535, as [224, 224]"},
		{"size with channels", func(p *Preprocess) { p.Size = []int{224, 224, 3} }, "size [224 224 3]"},
		{"size 0", func(p *Preprocess) { p.Size = []int{0, 224} }, "size [0 224]"},
		{"huge", func(p *Preprocess) { p.Size, p.Crop = []int{5000, 5000}, []int{5000, 5000} }, "want at most 16777216 pixels"},
		{"overflowing", func(p *Preprocess) { p.Size = []int{1 << 62, 1 << 62} }, "of 1 to 65535"},
		{"crop", func(p *Preprocess) { p.Crop = []int{-1, 3} }, "crop [-1 3]: want [height, width]"},
		{"other crop", func(p *Preprocess) { p.Crop = []int{227, 227} }, "crop [227 227]: it makes the picture, so size must be the same, but is [224 224]"},
		{"other resize", func(p *Preprocess) { p.Resize, p.Crop = []int{256, 256}, nil }, "resize [256 256]: it makes the picture, so size must be the same, but is [224 224]"},
		{"resize of three", func(p *Preprocess) { p.Resize = []int{1, 2, 3} }, "resize [1 2 3]: want [shorter side]"},
		{"resize 0", func(p *Preprocess) { p.Resize = []int{0} }, "resize [0]: want numbers from 1 to 65535"},
		{"filter", func(p *Preprocess) { p.Filter = "cubic" }, `filter "cubic": want nearest, box, bilinear, hamming, bicubic or lanczos`},
		{"no filter", func(p *Preprocess) { p.Filter = "" }, `filter "": want`},
		{"filter without resize", func(p *Preprocess) { p.Resize, p.Filter = nil, "x" }, `filter "x"`},
		{"order", func(p *Preprocess) { p.Order = "RGB" }, `order "RGB": want rgb, bgr or gray`},
		{"no scale", func(p *Preprocess) { p.Scale = 0 }, "scale 0: want a number above 0"},
		{"NaN", func(p *Preprocess) { p.Scale = math.NaN() }, "scale NaN"},
		{"negative scale", func(p *Preprocess) { p.Scale = -1 }, "scale -1"},
		{"tiny scale", func(p *Preprocess) { p.Scale = 1e-300 }, "scale 1e-300"},
		{"means", func(p *Preprocess) { p.Mean = p.Mean[:2] }, "mean: got 2 numbers, want 3, one a channel of rgb, or none"},
		{"means of gray", func(p *Preprocess) { p.Order = Gray }, "mean: got 3 numbers, want 1, one a channel of gray"},
		{"infinite mean", func(p *Preprocess) { p.Mean[1] = math.Inf(-1) }, "mean of channel 1 is -Inf"},
		{"deviation 0", func(p *Preprocess) { p.Deviation[2] = 0 }, "deviation of channel 2 is 0: want a number above 0"},
	} {
		p := named(t, "torchvision")
		tt.change(&p)
		err := p.Validate()
		if !errors.Is(err, data.ErrFormat) && !errors.Is(err, data.ErrTooLarge) || !strings.HasPrefix(err.Error(), "preprocess: ") || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
		if _, err := p.Apply(picture("noise", 3, 3)); err == nil {
			t.Errorf("%s: Apply gave no error", tt.name)
		}
	}
}

func TestSized(t *testing.T) {
	for _, tt := range []struct {
		name         string
		h, w         int
		resize, crop []int
	}{
		{"torchvision", 299, 299, []int{342}, []int{299, 299}}, // as torchvision has it for Inception-v3
		{"torchvision", 112, 56, []int{128}, []int{112, 56}},
		{"caffe", 227, 227, []int{259, 259}, []int{227, 227}},
		{"caffe", 112, 448, []int{128, 512}, []int{112, 448}},
		{"unit", 64, 96, []int{96}, []int{64, 96}},
	} {
		p := named(t, tt.name).Sized(tt.h, tt.w)
		if !slices.Equal(p.Resize, tt.resize) || !slices.Equal(p.Crop, tt.crop) || !slices.Equal(p.Size, tt.crop) || p.Validate() != nil {
			t.Errorf("%s for %dx%d: got %+v, want resize %v, crop %v", tt.name, tt.h, tt.w, p, tt.resize, tt.crop)
		}
		if s := p.Shape(); !slices.Equal(s, []int{tt.h, tt.w, 3}) {
			t.Errorf("%s for %dx%d: got shape %v", tt.name, tt.h, tt.w, s)
		}
	}
	warped := Preprocess{Resize: []int{9, 9}, Filter: Box, Size: []int{9, 9}, Order: RGB, Scale: 1}.Sized(5, 7)
	if !slices.Equal(warped.Resize, []int{5, 7}) || warped.Crop != nil || warped.Filter != Box || warped.Validate() != nil {
		t.Errorf("without crop: got %+v", warped)
	}
	if p := (Preprocess{Order: Gray, Scale: 1, Resize: []int{1, 2, 3}}).Sized(3, 2); p.Validate() != nil {
		t.Errorf("of an invalid one: got %+v", p)
	}
	if err := named(t, "unit").Sized(0, 5).Validate(); err == nil {
		t.Error("no error for a size of 0")
	}
}

// TestMeanScale compares the numbers that a session makes of bytes with those of Apply.
func TestMeanScale(t *testing.T) {
	pic := picture("noise", 30, 40)
	for _, name := range Names() {
		p := named(t, name)
		b, err := p.Bytes(pic)
		if err != nil {
			t.Fatal(err)
		}
		want, err := p.Apply(pic)
		if err != nil {
			t.Fatal(err)
		}
		mean, scale := p.MeanScale()
		if len(mean) != p.Channels() || len(scale) != p.Channels() {
			t.Fatalf("%s: got %d means and %d scales", name, len(mean), len(scale))
		}
		for i, v := range b {
			c := i % p.Channels()
			got := (float32(v) - mean[c]) * scale[c]
			// Each way rounds a few times, near zero after a difference of numbers of about Mean.
			if d := math.Abs(float64(got - want[i])); d > 1e-6*max(1, math.Abs(float64(want[i]))) {
				t.Errorf("%s: number %d of byte %d: got %g, want %g", name, i, v, got, want[i])
				break
			}
		}
	}
}

func TestPresetsSpan(t *testing.T) {
	black, white := &data.Picture{W: 1, H: 1, Pix: []byte{0, 0, 0, 255}}, &data.Picture{W: 1, H: 1, Pix: []byte{255, 255, 255, 255}}
	for _, tt := range []struct {
		name      string
		low, high float32
	}{{"unit", 0, 1}, {"symmetric", -1, 1}, {"caffe", -104, 151}} {
		p := named(t, tt.name)
		low, err := p.Apply(black)
		if err != nil {
			t.Fatal(err)
		}
		high, err := p.Apply(white)
		if err != nil {
			t.Fatal(err)
		}
		if low[0] != tt.low || high[0] != tt.high {
			t.Errorf("%s: got %g to %g, want %g to %g", tt.name, low[0], high[0], tt.low, tt.high)
		}
	}
}

func TestBytesBad(t *testing.T) {
	p := named(t, "torchvision")
	plain := Preprocess{Size: []int{5, 4}, Order: RGB, Scale: 255}
	large := plain
	large.Resize, large.Filter, large.Crop, large.Size = []int{60000}, Box, []int{1, 1}, []int{1, 1}
	for _, tt := range []struct {
		name string
		p    Preprocess
		pic  *data.Picture
		kind error
		want string
	}{
		{"none", p, nil, data.ErrFormat, "there is no picture"},
		{"empty", p, &data.Picture{}, data.ErrFormat, "0x0 pixels"},
		{"short", p, &data.Picture{W: 2, H: 3, Pix: make([]byte, 23)}, data.ErrFormat, "got 23 bytes, want 24, 4 a pixel"},
		{"long side", p, &data.Picture{W: 1, H: 1 << 16, Pix: make([]byte, 4<<16)}, data.ErrTooLarge, "the picture has 1x65536 pixels, at most 65535 a side are taken"},
		{"other size", plain, picture("noise", 4, 5), data.ErrFormat, "the picture of 5x4 pixels becomes 5x4, the net takes 4x5: set resize or crop"},
		{"large in between", large, picture("noise", 1, 40), data.ErrTooLarge, "40x1 pixels become 2400000x60000 by resize [60000]"},
	} {
		if _, err := tt.p.Bytes(tt.pic); !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
	if b, err := plain.Bytes(picture("noise", 5, 4)); err != nil || len(b) != 5*4*3 {
		t.Errorf("of the right size: got %d bytes, %v", len(b), err)
	}
}

func anyFilter(t *rapid.T) Filter {
	return rapid.SampledFrom([]Filter{Nearest, Box, Bilinear, Hamming, Bicubic, Lanczos}).Draw(t, "filter")
}

func TestConstantStaysConstant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		side := rapid.IntRange(1, 60)
		h, w, to := side.Draw(t, "h"), side.Draw(t, "w"), []int{side.Draw(t, "to h"), side.Draw(t, "to w")}
		v := rapid.Byte().Draw(t, "value")
		pic := &data.Picture{W: w, H: h, Pix: bytes.Repeat([]byte{v}, 4*h*w)}
		order := rapid.SampledFrom([]Order{RGB, BGR, Gray}).Draw(t, "order")
		b, err := Preprocess{Resize: to, Filter: anyFilter(t), Size: to, Order: order, Scale: 1}.Bytes(pic)
		if err != nil {
			t.Fatal(err)
		}
		for i, got := range b {
			if got != v {
				t.Fatalf("byte %d: got %d, want %d", i, got, v)
			}
		}
	})
}

func TestResizedIsAtLeastOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		side := rapid.IntRange(1, maxSide)
		h, w, n := side.Draw(t, "h"), side.Draw(t, "w"), side.Draw(t, "resize")
		rh, rw := Preprocess{Resize: []int{n}}.resized(h, w)
		if min(rh, rw) != n || (h > w) != (rh > rw) && rh != rw {
			t.Fatalf("%dx%d becomes %dx%d, want a shorter side of %d", h, w, rh, rw, n)
		}
	})
}

// TestTaps checks what resample relies on, and that weights sum to one but for their rounding.
func TestTaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		side := rapid.IntRange(1, 300)
		in, out := side.Draw(t, "in"), side.Draw(t, "out")
		from := rapid.IntRange(0, out-1).Draw(t, "from")
		taps := newTaps(anyFilter(t), in, out, from, out)
		for o, weights := range taps.weights {
			if taps.first[o] < 0 || taps.end(o) > in || len(weights) == 0 {
				t.Fatalf("output %d reads from %d to below %d, the axis has %d", o, taps.first[o], taps.end(o), in)
			}
			if o > 0 && (taps.first[o] < taps.first[o-1] || taps.end(o) < taps.end(o-1)) {
				t.Fatalf("output %d begins or ends before output %d", o, o-1)
			}
			sum := 0
			for _, w := range weights {
				sum += int(w)
			}
			if d := sum - 1<<fractionBits; d > len(weights) || d < -len(weights) {
				t.Fatalf("output %d: weights sum to %d/2^%d", o, sum, fractionBits)
			}
		}
	})
}

// TestAlphaIsDropped compares with PIL's convert("RGB"), which keeps the colours of what is transparent.
func TestAlphaIsDropped(t *testing.T) {
	p := Preprocess{Size: []int{1, 1}, Order: RGB, Scale: 1}
	b, err := p.Bytes(&data.Picture{W: 1, H: 1, Pix: []byte{10, 20, 30, 0}})
	if err != nil || !slices.Equal(b, []byte{10, 20, 30}) {
		t.Errorf("got %v, %v", b, err)
	}
	p.Order = BGR
	if b, err = p.Bytes(&data.Picture{W: 1, H: 1, Pix: []byte{10, 20, 30, 0}}); err != nil || !slices.Equal(b, []byte{30, 20, 10}) {
		t.Errorf("BGR: got %v, %v", b, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range Names() {
		b, err := json.Marshal(named(f, name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, uint8(5), uint8(7))
	}
	f.Add([]byte(`{"size":[1,1],"order":"gray","scale":1e-9}`), uint8(1), uint8(1))
	f.Add([]byte(`{"size":[3,900],"resize":[1,65535],"crop":[3,900],"filter":"lanczos","order":"bgr","scale":3}`), uint8(40), uint8(3))
	f.Add([]byte(`{"size":[1e9,2]}`), uint8(0), uint8(0))
	f.Fuzz(func(t *testing.T, b []byte, h, w uint8) {
		p, err := Parse(b)
		if err != nil {
			if !errors.Is(err, data.ErrFormat) && !errors.Is(err, data.ErrTooLarge) {
				t.Errorf("an error of no kind: %v", err)
			}
			return
		}
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Parse(text)
		if err != nil {
			t.Fatalf("%s came from %s: %v", text, b, err)
		}
		if again, _ := json.Marshal(back); !bytes.Equal(text, again) {
			t.Errorf("%s becomes %s", text, again)
		}
		if p.Size[0]*p.Size[1] > 1<<16 {
			return // slow
		}
		x, err := p.Apply(picture("noise", int(h), int(w)))
		if err != nil {
			return
		}
		if len(x) != p.Size[0]*p.Size[1]*p.Channels() {
			t.Errorf("got %d numbers for %v", len(x), p.Shape())
		}
		for i, v := range x {
			if v-v != 0 {
				t.Fatalf("number %d is %g", i, v)
			}
		}
	})
}
