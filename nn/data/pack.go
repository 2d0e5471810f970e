package data

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"slices"
	"unicode/utf8"
)

// The file that Pack writes, numbers being unsigned varints and texts having their length in front:
//
//	"FOVEASET" 1 sets
//	for each set, sorted by name:
//	    name H W C N classes {class} method bytes crc
//	for each set: its bytes of pictures and labels, as the method says
//
// crc is the CRC-32 (IEEE, little-endian) of the set's line up to and with method, its labels and its
// pictures, so that a wrong decoder is noticed, not only a broken file.
const packMagic = "FOVEASET\x01"

// Methods of a set's bytes. Pack takes the one that makes the fewest of the first pictures.
const (
	methodDeflate = iota // DEFLATE of the labels, then the pictures
	methodPaeth          // the same with PNG's Paeth filter on the pictures
	methodPixels         // labels and pictures by pixelModel; gray pictures only
	numMethods
)

const (
	maxPackSets     = 64
	maxPackText     = 1000    // bytes of a name
	maxModelPixels  = 1 << 16 // of a picture under methodPixels, which keeps tables by position
	packSample      = 500     // pictures that the methods are tried on
	packProgressGap = 256     // pictures from one call of progress to the next
)

// Pack writes sets into one file, without loss. The same sets give the same bytes.
func Pack(sets map[string]*Set) ([]byte, error) {
	if len(sets) > maxPackSets {
		return nil, fmt.Errorf("%w: %d data sets, at most %d fit a file", ErrTooLarge, len(sets), maxPackSets)
	}
	file := binary.AppendUvarint([]byte(packMagic), uint64(len(sets)))
	var payloads []byte
	total := 0
	for _, name := range slices.Sorted(maps.Keys(sets)) {
		s := sets[name]
		if err := errors.Join(s.checkSizes(), s.checkPackable()); err != nil {
			return nil, fmt.Errorf("data set %q: %w", name, err)
		}
		for _, text := range append([]string{name}, s.Classes...) {
			if len(text) > maxPackText || !utf8.ValidString(text) {
				return nil, fmt.Errorf("%w: data set %q: the name %.40q: want UTF-8 of at most %d bytes", ErrFormat, name, text, maxPackText)
			}
		}
		if total += len(s.Images); total > maxSetBytes {
			return nil, fmt.Errorf("%w: the data sets have more than %d bytes together", ErrTooLarge, maxSetBytes)
		}
		method := s.bestMethod()
		payload := s.encode(method)
		record := s.record(name, method)
		file = append(file, record...)
		file = binary.AppendUvarint(file, uint64(len(payload)))
		file = binary.LittleEndian.AppendUint32(file, s.checksum(record))
		payloads = append(payloads, payload...)
	}
	return append(file, payloads...), nil
}

// checkPackable returns an error for a set that the format has no place for.
func (s *Set) checkPackable() error {
	if len(s.Shape) != 3 || s.Floats != nil || len(s.LabelShape) > 0 || len(s.Classes) > 256 || s.Ignored() {
		return fmt.Errorf("%w: a Fovea data set file holds pictures [H,W,C] of bytes with one label each of at most 256 classes; keep this one as the files it came from", ErrFormat)
	}
	return s.checkPackShape()
}

func (s *Set) checkPackShape() error {
	if s.Shape[0] > 1<<14 || s.Shape[1] > 1<<14 || s.Shape[2] > 1<<8 {
		return fmt.Errorf("%w: shape %v: want at most 16384 rows and columns and 256 channels", ErrFormat, s.Shape)
	}
	return nil
}

// labelBytes returns the labels of a set that is packable.
func (s *Set) labelBytes() []byte {
	b := make([]byte, len(s.Labels))
	for i, l := range s.Labels {
		b[i] = byte(l)
	}
	return b
}

// bestMethod tries the methods on the first pictures.
func (s *Set) bestMethod() byte {
	n := min(s.Len(), packSample)
	sample := &Set{Images: s.Images[:n*s.sampleElems()], Labels: s.Labels[:n], Shape: s.Shape}
	best, bestBytes := byte(0), -1
	for m := range byte(numMethods) {
		if b := sample.encode(m); b != nil && (bestBytes < 0 || len(b) < bestBytes) {
			best, bestBytes = m, len(b)
		}
	}
	return best
}

// record is the set's line in the file up to and with method.
func (s *Set) record(name string, method byte) []byte {
	b := appendText(nil, name)
	for _, n := range []int{s.Shape[0], s.Shape[1], s.Shape[2], s.Len(), len(s.Classes)} {
		b = binary.AppendUvarint(b, uint64(n))
	}
	for _, c := range s.Classes {
		b = appendText(b, c)
	}
	return append(b, method)
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func (s *Set) checksum(record []byte) uint32 {
	sum := crc32.Update(crc32.ChecksumIEEE(record), crc32.IEEETable, s.labelBytes())
	return crc32.Update(sum, crc32.IEEETable, s.Images)
}

// encode returns the set's bytes under a method, or nil if the method does not apply.
func (s *Set) encode(method byte) []byte {
	if method == methodPixels {
		if !s.fitsModel() {
			return nil
		}
		c, m, labels := newEncoder(), newPixelModel(s.Shape[0], s.Shape[1]), newChances(256)
		for i, l := range s.Labels {
			codeByte(c, labels, byte(l))
			m.picture(c, s.Image(i))
		}
		return c.finish()
	}
	var b bytes.Buffer
	z, _ := flate.NewWriter(&b, flate.BestCompression) // fails for an unknown level only
	z.Write(s.labelBytes())                            // a bytes.Buffer takes all
	row := make([]byte, s.sampleElems())
	for i := range s.Labels {
		copy(row, s.Image(i))
		if method == methodPaeth {
			paeth(row, s.Image(i), [3]int(s.Shape))
		}
		z.Write(row)
	}
	z.Close()
	return b.Bytes()
}

func (s *Set) fitsModel() bool {
	return s.Shape[2] == 1 && s.Shape[0]*s.Shape[1] <= maxModelPixels
}

// codeByte codes a byte, high bits first, each by a chance that the bits before it choose.
func codeByte(c *coder, chances []chance, v byte) byte {
	node := 1
	for i := 7; i >= 0; i-- {
		node = node<<1 | chances[node].code(c, int(v)>>i&1)
	}
	return byte(node)
}

// Unpack reads a file that Pack wrote. It calls progress, if that is not nil, every few hundred
// pictures and at the end with the pictures done so far in all sets, so that the caller can show it
// and let others run. It takes memory as the pictures appear, not as the file claims.
func Unpack(b []byte, progress func(done, total int)) (map[string]*Set, error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	r := &packReader{rest: b, size: len(b)}
	if !hasMagic(b, packMagic) {
		return nil, fmt.Errorf("%w: not a Fovea data set file, or of a newer version: it starts with % x", ErrFormat, b[:min(len(b), len(packMagic))])
	}
	r.rest = b[len(packMagic):]
	entries := make([]packEntry, r.number("number of data sets", maxPackSets))
	total, bytesTotal := 0, 0
	for i := range entries {
		entries[i] = r.entry()
		if r.err != nil {
			return nil, r.err
		}
		total += entries[i].n
		if bytesTotal += entries[i].n * entries[i].set.sampleElems(); bytesTotal > maxSetBytes {
			return nil, fmt.Errorf("%w: the data sets have more than %d bytes together", ErrTooLarge, maxSetBytes)
		}
	}
	if r.err != nil {
		return nil, r.err
	}
	sets := make(map[string]*Set, len(entries))
	done := 0
	for _, e := range entries {
		if sets[e.name] != nil {
			return nil, fmt.Errorf("%w: the file has two data sets called %q", ErrFormat, e.name)
		}
		at := r.at()
		err := e.decode(r.take("pictures", e.payload), func(n int) { progress(done+n, total) })
		if err = errors.Join(r.err, err); err != nil {
			return nil, fmt.Errorf("data set %q from byte %d on: %w", e.name, at, err)
		}
		done += e.n
		sets[e.name] = e.set
	}
	if len(r.rest) > 0 {
		return nil, fmt.Errorf("%w: from byte %d on: %d bytes too many", ErrFormat, r.at(), len(r.rest))
	}
	progress(done, total)
	return sets, nil
}

// packEntry is what the file says about one set.
type packEntry struct {
	name    string
	set     *Set // shape and classes
	n       int
	method  byte
	payload int
	crc     uint32
	record  []byte
}

// packReader reads the file's head; after an error it returns zeros.
type packReader struct {
	rest []byte
	size int
	err  error
}

func (r *packReader) at() int { return r.size - len(r.rest) }

func (r *packReader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: at byte %d: %w", ErrFormat, r.at(), fmt.Errorf(format, args...))
	}
	r.rest = nil
}

func (r *packReader) number(what string, limit int) int {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 || v > uint64(limit) {
		r.fail("%s: got %d, want a number up to %d in a file that goes on", what, v, limit)
		return 0
	}
	r.rest = r.rest[n:]
	return int(v)
}

func (r *packReader) take(what string, n int) []byte {
	if n > len(r.rest) {
		r.fail("%s: want %d bytes, %d are left: the file is cut off", what, n, len(r.rest))
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *packReader) text(what string) string {
	s := string(r.take(what, r.number("length of "+what, maxPackText)))
	if !utf8.ValidString(s) {
		r.fail("%s is not UTF-8", what)
	}
	return s
}

func (r *packReader) entry() packEntry {
	start := r.rest
	e := packEntry{name: r.text("name of a data set"), set: &Set{Shape: make([]int, 3)}}
	for i, what := range []string{"height", "width", "channels"} {
		e.set.Shape[i] = r.number(what, 1<<14)
	}
	e.n = r.number("number of pictures", maxSetBytes)
	e.set.Classes = make([]string, r.number("number of classes", 256))
	for i := range e.set.Classes {
		e.set.Classes[i] = r.text("name of a class")
	}
	if b := r.take("method", 1); r.err == nil {
		e.method = b[0]
		e.record = start[:len(start)-len(r.rest)]
		if err := errors.Join(e.set.checkSizes(), e.set.checkPackShape()); err != nil {
			r.fail("data set %q: %w", e.name, err)
		} else if e.method >= numMethods || e.method == methodPixels && !e.set.fitsModel() {
			r.fail("data set %q: unknown method %d for pictures %v", e.name, e.method, e.set.Shape)
		} else if e.n > maxSetBytes/e.set.sampleElems() {
			r.fail("data set %q: %d pictures %v are more than %d bytes", e.name, e.n, e.set.Shape, maxSetBytes)
		}
	}
	e.payload = r.number("number of bytes", maxSetBytes)
	if b := r.take("checksum", 4); r.err == nil {
		e.crc = binary.LittleEndian.Uint32(b)
	}
	return e
}

// decode fills the set from its bytes.
func (e *packEntry) decode(b []byte, progress func(done int)) error {
	s := e.set
	size := s.sampleElems()
	// MNIST unpacks to 7 times its bytes; who claims more gets memory as it is needed.
	s.Images = make([]byte, 0, min(e.n*size, 64*len(b)))
	s.Labels = make([]int32, 0, min(e.n, 64*len(b)))
	var err error
	if e.method == methodPixels {
		err = e.decodePixels(b, progress)
	} else {
		err = e.decodeDeflate(b, progress)
	}
	if err != nil {
		return err
	}
	if got := s.checksum(e.record); got != e.crc {
		return fmt.Errorf("%w: checksum: got %08x, want %08x: the file is damaged, fetch it again", ErrFormat, got, e.crc)
	}
	return s.checkSizes()
}

func (e *packEntry) decodePixels(b []byte, progress func(done int)) error {
	s := e.set
	c, m, labels := newDecoder(b), newPixelModel(s.Shape[0], s.Shape[1]), newChances(256)
	blank := make([]byte, s.sampleElems())
	for i := range e.n {
		s.Labels = append(s.Labels, int32(codeByte(c, labels, 0)))
		s.Images = append(s.Images, blank...)
		m.picture(c, s.Image(i))
		if c.overrun() {
			return fmt.Errorf("%w: the pictures end at number %d of %d", ErrFormat, i, e.n)
		}
		if i%packProgressGap == packProgressGap-1 {
			progress(i + 1)
		}
	}
	if !c.atEnd() {
		return fmt.Errorf("%w: the bytes behind the last picture are not the end", ErrFormat)
	}
	return nil
}

func (e *packEntry) decodeDeflate(b []byte, progress func(done int)) error {
	s := e.set
	size := s.sampleElems()
	source := bytes.NewReader(b)
	z := flate.NewReader(source)
	labels, err := appendFrom(nil, z, e.n)
	if err != nil {
		return fmt.Errorf("%w: the labels end at number %d of %d: %w", ErrFormat, len(labels), e.n, err)
	}
	s.Labels = Labels(labels)
	for i := range e.n {
		if s.Images, err = appendFrom(s.Images, z, size); err != nil {
			return fmt.Errorf("%w: the pictures end at number %d of %d: %w", ErrFormat, i, e.n, err)
		}
		if e.method == methodPaeth {
			unpaeth(s.Images[i*size:], [3]int(s.Shape))
		}
		if i%packProgressGap == packProgressGap-1 {
			progress(i + 1)
		}
	}
	if n, err := z.Read(make([]byte, 1)); n != 0 || err != io.EOF || source.Len() > 0 {
		return fmt.Errorf("%w: bytes behind the last picture", ErrFormat)
	}
	return nil
}

// appendFrom appends n bytes of r to b, taking memory in steps.
func appendFrom(b []byte, r io.Reader, n int) ([]byte, error) {
	for n > 0 {
		step := min(n, 1<<16)
		b = slices.Grow(b, step)
		got, err := io.ReadFull(r, b[len(b):len(b)+step])
		b = b[:len(b)+got]
		if err != nil {
			return b, err
		}
		n -= step
	}
	return b, nil
}
