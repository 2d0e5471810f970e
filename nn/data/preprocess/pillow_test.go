package preprocess

import (
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"image"
	"os"
	"slices"
	"testing"

	"github.com/fovea-nn/fovea/nn/data"
)

// pillow is testdata/pillow.json, which testdata/make.py describes. Sizes are [height, width].
type pillow struct {
	Filters []Filter
	Sweep   []uint32
	Resize  []struct {
		Kind     string
		From, To [2]int
		CRC      []uint32
		Row      []int // the first numbers of the last picture
	}
	Pipeline []struct {
		Name       string
		From       [2]int
		Preprocess json.RawMessage
		CRC        [2]uint32 // of bytes and numbers
	}
}

func readPillow(t *testing.T) pillow {
	t.Helper()
	b, err := os.ReadFile("testdata/pillow.json")
	if err != nil {
		t.Fatal(err)
	}
	var p pillow
	if err := json.Unmarshal(b, &p); err != nil {
		t.Fatal(err)
	}
	if len(p.Filters) != len(kernels)+1 || len(p.Resize) == 0 || len(p.Pipeline) == 0 {
		t.Fatalf("pillow.json has %d filters, %d sizes and %d pipelines", len(p.Filters), len(p.Resize), len(p.Pipeline))
	}
	return p
}

// picture draws what picture in testdata/make.py does.
func picture(kind string, h, w int) *data.Picture {
	p := &data.Picture{W: w, H: h, Pix: make([]byte, 0, 4*w*h)}
	for y := range uint32(h) {
		for x := range uint32(w) {
			for c := range uint32(4) {
				v := x*374761393 + y*668265263 + c*2246822519
				v = (v ^ v>>13) * 1274126177
				v ^= v >> 16
				switch kind {
				case "smooth":
					if v = (x*5 + y*3 + c*40) % 512; v > 255 {
						v = 511 - v
					}
				case "edges":
					v = v & 1 * 255
				}
				p.Pix = append(p.Pix, byte(v))
			}
		}
	}
	return p
}

func whole(pic *data.Picture, channels int, f Filter, h, w int) []byte {
	return resample(pic, channels, f, h, w, image.Rect(0, 0, w, h))
}

func TestResizeIsPillows(t *testing.T) {
	p := readPillow(t)
	for _, tt := range p.Resize {
		pic := picture(tt.Kind, tt.From[0], tt.From[1])
		var got []byte
		for i, want := range tt.CRC {
			channels := 3
			if i >= len(p.Filters) {
				channels = 1
			}
			f := p.Filters[i%len(p.Filters)]
			got = whole(pic, channels, f, tt.To[0], tt.To[1])
			if crc := crc32.ChecksumIEEE(got); crc != want {
				t.Errorf("%s %v to %v, %d channels, %s: got CRC %d, want %d; the result begins with %d", tt.Kind, tt.From, tt.To, channels, f, crc, want, got[:min(6, len(got))])
			}
		}
		for i, want := range tt.Row {
			if int(got[i]) != want {
				t.Errorf("%s %v to %v: got %d, want it to begin with %d", tt.Kind, tt.From, tt.To, got[:len(tt.Row)], tt.Row)
				break
			}
		}
	}
}

func TestSweepIsPillows(t *testing.T) {
	p := readPillow(t)
	for i, f := range p.Filters {
		crc := uint32(0)
		for in := 1; in <= 40; in++ {
			row, column := picture("noise", 1, in), picture("noise", in, 1)
			for out := 1; out <= 40; out++ {
				crc = crc32.Update(crc, crc32.IEEETable, whole(row, 3, f, 1, out))
				crc = crc32.Update(crc, crc32.IEEETable, whole(column, 3, f, out, 1))
			}
		}
		if crc != p.Sweep[i] {
			t.Errorf("%s: got CRC %d, want %d", f, crc, p.Sweep[i])
		}
	}
}

func TestPipelineIsTorchvisions(t *testing.T) {
	for _, tt := range readPillow(t).Pipeline {
		p, err := Parse(tt.Preprocess)
		if err != nil {
			t.Errorf("%s: %v", tt.Preprocess, err)
			continue
		}
		pic := picture("smooth", tt.From[0], tt.From[1])
		ways := []Preprocess{p}
		if tt.Name != "" {
			named, err := Named(tt.Name)
			if err != nil {
				t.Fatal(err)
			}
			ways = append(ways, named)
		}
		for _, p := range ways {
			b, err := p.Bytes(pic)
			if err != nil {
				t.Errorf("%v, %+v: %v", tt.From, p, err)
				continue
			}
			if crc := crc32.ChecksumIEEE(b); crc != tt.CRC[0] {
				t.Errorf("%v, %+v: bytes: got CRC %d, want %d", tt.From, p, crc, tt.CRC[0])
			}
			x, err := p.Apply(pic)
			if err != nil {
				t.Errorf("%v, %+v: %v", tt.From, p, err)
				continue
			}
			bits, err := binary.Append(nil, binary.LittleEndian, x)
			if err != nil {
				t.Fatal(err)
			}
			if crc := crc32.ChecksumIEEE(bits); crc != tt.CRC[1] {
				t.Errorf("%v, %+v: numbers: got CRC %d, want %d; they begin with %g", tt.From, p, crc, tt.CRC[1], x[:3])
			}
		}
	}
}

// TestPartOfResized compares parts with the whole that they are cut from.
func TestPartOfResized(t *testing.T) {
	const h, w = 23, 31
	for _, f := range readPillow(t).Filters {
		for _, from := range [][2]int{{50, 70}, {10, 9}, {23, 31}} {
			pic := picture("noise", from[0], from[1])
			for _, channels := range []int{1, 3} {
				all := whole(pic, channels, f, h, w)
				for _, r := range []image.Rectangle{image.Rect(0, 0, 1, 1), image.Rect(3, 5, 20, 9), image.Rect(30, 22, 31, 23), image.Rect(0, 7, 31, 8)} {
					var want []byte
					for y := r.Min.Y; y < r.Max.Y; y++ {
						want = append(want, all[(y*w+r.Min.X)*channels:(y*w+r.Max.X)*channels]...)
					}
					if got := resample(pic, channels, f, h, w, r); !slices.Equal(got, want) {
						t.Errorf("%s, %v to %dx%d, %d channels, part %v: it differs from that of the whole", f, from, h, w, channels, r)
					}
				}
			}
		}
	}
}
