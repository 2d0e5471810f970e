package npy

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/fovea-nn/fovea/nn/data"
)

const (
	magic = "\x93NUMPY"
	// maxHeader is many times what the header of an array takes.
	maxHeader = 1 << 16
	maxAxes   = 32 // NumPy's own
)

// header is what a file says of its array.
type header struct {
	descr   string // as <f4
	fortran bool   // the first axis is the fastest
	shape   []int
	size    int // bytes of the header with all before it
}

// readHeader parses the header at the beginning of b.
func readHeader(b []byte) (h header, err error) {
	if len(b) < 10 || string(b[:6]) != magic {
		return h, fmt.Errorf("%w: at byte 0: got % x, want %q and a version: it is no .npy file, or cut off; write it with numpy.save", data.ErrFormat, b[:min(len(b), 8)], magic)
	}
	start, n := 10, int(binary.LittleEndian.Uint16(b[8:]))
	switch {
	case b[6] == 1:
	case (b[6] == 2 || b[6] == 3) && len(b) >= 12:
		start, n = 12, int(min(binary.LittleEndian.Uint32(b[8:]), maxHeader+1))
	default:
		return h, fmt.Errorf("%w: at byte 6: got version %d.%d in %d bytes, want 1 to 3", data.ErrFormat, b[6], b[7], len(b))
	}
	if n > maxHeader || n > len(b)-start {
		return h, fmt.Errorf("%w: at byte 8: got a header of %d bytes, want at most %d, and %d are left: the file is damaged or cut off", data.ErrFormat, n, maxHeader, len(b)-start)
	}
	p := &parser{rest: string(b[start : start+n]), at: start}
	h.size = start + n
	p.dict(&h)
	if p.err != nil {
		return header{}, p.err
	}
	return h, nil
}

// elems returns the number of elements, or ok = false if there are more than most.
func (h header) elems(most int) (n int, ok bool) {
	n = 1
	for _, d := range h.shape {
		if d == 0 {
			return 0, true
		}
	}
	for _, d := range h.shape {
		if d > most/n {
			return 0, false
		}
		n *= d
	}
	return n, true
}

// parser reads the literal of a Python dictionary as numpy writes it:
//
//	{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
type parser struct {
	rest string
	at   int // offset of rest in the file
	err  error
}

func (p *parser) fail(want string) {
	if p.err == nil {
		p.err = fmt.Errorf("%w: at byte %d: header: got %.20q, want %s", data.ErrFormat, p.at, p.rest, want)
	}
	p.rest = ""
}

func (p *parser) skip(n int) { p.rest, p.at = p.rest[n:], p.at+n }

func (p *parser) space() { p.skip(len(p.rest) - len(strings.TrimLeft(p.rest, " \t\r\n"))) }

// accept takes a token if it comes next.
func (p *parser) accept(token string) bool {
	p.space()
	if !strings.HasPrefix(p.rest, token) {
		return false
	}
	p.skip(len(token))
	return true
}

func (p *parser) expect(token string) {
	if !p.accept(token) {
		p.fail(strconv.Quote(token))
	}
}

func (p *parser) text() string {
	p.space()
	if p.rest == "" || p.rest[0] != '\'' && p.rest[0] != '"' {
		p.fail("a text in quotes; arrays of records are not read, save the columns one by one")
		return ""
	}
	end := strings.IndexByte(p.rest[1:], p.rest[0])
	if end < 0 {
		p.fail("a closing quote")
		return ""
	}
	s := p.rest[1 : 1+end]
	p.skip(end + 2)
	return s
}

func (p *parser) dict(h *header) {
	seen := map[string]bool{}
	p.expect("{")
	for p.err == nil && !p.accept("}") {
		key := p.text()
		p.expect(":")
		switch key {
		case "descr":
			h.descr = p.text()
		case "fortran_order":
			if h.fortran = p.accept("True"); !h.fortran {
				p.expect("False")
			}
		case "shape":
			h.shape = p.tuple()
		default:
			p.fail("the keys descr, fortran_order and shape")
		}
		if seen[key] {
			p.fail("each key once")
		}
		seen[key] = true
		if !p.accept(",") {
			p.expect("}")
			break
		}
	}
	if p.space(); p.err == nil && p.rest != "" {
		p.fail("its end")
	}
	if p.err == nil && len(seen) != 3 {
		p.fail("the keys descr, fortran_order and shape")
	}
}

func (p *parser) tuple() []int {
	shape := []int{}
	p.expect("(")
	for p.err == nil && !p.accept(")") {
		p.space()
		n := 0
		for n < len(p.rest) && p.rest[n] >= '0' && p.rest[n] <= '9' {
			n++
		}
		d, err := strconv.ParseInt(p.rest[:n], 10, 48)
		if err != nil || len(shape) == maxAxes {
			p.fail("at most 32 sizes of 0 or more that a file can hold")
			return nil
		}
		p.skip(n)
		shape = append(shape, int(d))
		if !p.accept(",") {
			p.expect(")")
			break
		}
	}
	return shape
}
