package data

// pixelModel predicts the pixels of gray pictures such as MNIST's: figures on an empty ground whose
// inside is nearly all one value. A pixel is coded as a series of yes-or-no questions:
//
//	is it 0?  is it in the top class, 252 to 255?  which of those?  else: its 8 bits, high to low
//
// Questions whose answer depends on the neighbourhood are predicted by several tables, each looking
// at other neighbours, and their predictions are mixed in the logistic domain by weights that are
// learnt on the way (context mixing, after Mahoney's PAQ). Low bits are close to noise, and an empty
// neighbourhood is nearly certain: these use one adaptive chance. All arithmetic is on integers, so
// that every machine decodes the same.
type pixelModel struct {
	h, w    int
	pad     []byte // the picture with a margin of zeros: 2 above, left and right
	tables  [numTables][]uint32
	base    [numTables]uint32 // where the tables' rows for the current pixel start
	weights [numMixers][numTables]int32
	empty   []chance // by position, for pixels with an empty neighbourhood
	top     []chance // which value of the top class
	low     []chance // low bits of other values
	lastTop int      // the value of the top class seen last in this picture, less 252
}

const (
	numTables   = 4
	nodeBits    = 4 // questions a row has room for
	highBits    = 3 // bits of a value that are mixed; the rest are low
	mixerGroups = 8
	numMixers   = mixerGroups << nodeBits
	topClass    = 252
	learnRate   = 5
	countLimit  = 400 // how slowly a table entry moves at last
)

// rows is the number of contexts of each table.
func (m *pixelModel) rows() [numTables]int {
	return [numTables]int{8 * 8 * 64, m.h * m.w * 4, 16 * 16 * 8, 16 * 16 * 8}
}

func newPixelModel(h, w int) *pixelModel {
	m := &pixelModel{h: h, w: w, pad: make([]byte, (h+2)*(w+3))}
	for i, n := range m.rows() {
		m.tables[i] = make([]uint32, n<<nodeBits)
		for j := range m.tables[i] {
			m.tables[i][j] = 1 << 31
		}
	}
	for i := range m.weights {
		for j := range m.weights[i] {
			m.weights[i][j] = 1 << 16 * 3 / 10
		}
	}
	m.empty = newChances(h * w)
	m.top = newChances(4 * 8 * 4)
	m.low = newChances(1 << 8)
	return m
}

// picture codes one picture: pix is read when encoding, written when decoding.
func (m *pixelModel) picture(c *coder, pix []byte) {
	stride := m.w + 3
	m.lastTop = 1
	for y := range m.h {
		row := m.pad[(y+2)*stride:][:stride]
		n1 := m.pad[(y+1)*stride:][:stride]
		n2 := m.pad[y*stride:][:stride]
		out := pix[y*m.w:][:m.w]
		for x := range out {
			w, n, nw, ne := row[x+1], n1[x+2], n1[x+1], n1[x+3]
			ww, nn := row[x], n2[x+2]
			at := y*m.w + x
			if w|n|nw|ne|ww|nn == 0 {
				nonzero := 0
				if out[x] != 0 {
					nonzero = 1
				}
				if m.empty[at].code(c, nonzero) == 0 {
					out[x], row[x+2] = 0, 0
					continue
				}
				m.contexts(at, w, n, nw, ne, ww, nn)
				out[x] = m.value(c, out[x], w, n)
				row[x+2] = out[x]
				continue
			}
			m.contexts(at, w, n, nw, ne, ww, nn)
			group := uint32(1)
			if w != 0 {
				group++
			}
			if n != 0 {
				group += 2
			}
			nonzero := 0
			if out[x] != 0 {
				nonzero = 1
			}
			v := byte(0)
			if m.mix(c, nonzero, 0, group) == 1 {
				v = m.value(c, out[x], w, n)
			}
			out[x], row[x+2] = v, v
		}
	}
}

// contexts finds the tables' rows for a pixel from its neighbours, named by compass.
func (m *pixelModel) contexts(at int, w, n, nw, ne, ww, nn byte) {
	w16, n16, w8, n8 := fine[w], fine[n], coarse[w], coarse[n]
	gradient := min(max(int(w)+int(n)-int(nw), 0), 255)
	m.base[0] = (w8<<9 | n8<<6 | coarse[nw]<<3 | coarse[ne]) << nodeBits
	m.base[1] = (uint32(at)<<2 | flag(w)<<1 | flag(n)) << nodeBits
	m.base[2] = (n16<<7 | fine[nn]<<3 | coarse[ne]) << nodeBits
	m.base[3] = (w16<<7 | fine[ww]<<3 | coarse[byte(gradient)]) << nodeBits
}

// value codes a pixel that is not 0.
func (m *pixelModel) value(c *coder, v, w, n byte) byte {
	isTop := 0
	if v >= topClass {
		isTop = 1
	}
	group := coarse[w]
	if m.mix(c, isTop, 1, group) == 1 {
		which := int(v) - topClass
		chances := m.top[(m.lastTop<<3|int(coarse[n]))<<2:][:4]
		high := chances[1].code(c, which>>1&1)
		m.lastTop = high<<1 | chances[2+high].code(c, which&1)
		return byte(topClass + m.lastTop)
	}
	node := 1
	for i := 7; i >= 8-highBits; i-- {
		node = node<<1 | m.mix(c, int(v)>>i&1, uint32(1<<highBits|node), group)
	}
	for i := 7 - highBits; i >= 0; i-- {
		node = node<<1 | m.low[node].code(c, int(v)>>i&1)
	}
	return byte(node)
}

// mix codes a bit that the tables predict together; node is the question, group chooses weights.
// It is where the time goes, hence the loops written out.
func (m *pixelModel) mix(c *coder, bit int, node, group uint32) int {
	e0, e1 := &m.tables[0][m.base[0]+node], &m.tables[1][m.base[1]+node]
	e2, e3 := &m.tables[2][m.base[2]+node], &m.tables[3][m.base[3]+node]
	s0, s1, s2, s3 := stretch[*e0>>20], stretch[*e1>>20], stretch[*e2>>20], stretch[*e3>>20]
	w := &m.weights[(group<<nodeBits|node)%numMixers]
	p := squash((s0*(w[0]>>2) + s1*(w[1]>>2) + s2*(w[2]>>2) + s3*(w[3]>>2)) >> 14)
	bit = c.bit(bit, uint32(p)<<4)
	miss := (int32(bit)<<12 - p) * learnRate
	w[0] += (s0*miss + 1<<13) >> 14
	w[1] += (s1*miss + 1<<13) >> 14
	w[2] += (s2*miss + 1<<13) >> 14
	w[3] += (s3*miss + 1<<13) >> 14
	target := uint32(-bit) >> 10 // all 22 bits of it
	*e0 = moved(*e0, target)
	*e1 = moved(*e1, target)
	*e2 = moved(*e2, target)
	*e3 = moved(*e3, target)
	return bit
}

// moved brings a table entry, 22 bits of probability and 10 of count, nearer to target.
func moved(e, target uint32) uint32 {
	count, p := e&1023, int64(e>>10)
	p += (int64(target) - p) * int64(rates[count]) >> 16
	return uint32(p)<<10 | min(count+1, countLimit)
}

func flag(v byte) uint32 {
	if v != 0 {
		return 1
	}
	return 0
}

var (
	fine    [256]uint32  // a neighbour in 16 classes
	coarse  [256]uint32  // in 8
	rates   [1024]uint32 // how far an entry moves, by its count, in 1/65536
	stretch [4096]int32  // ln(p/(1-p)) in 1/256, of p in 1/4096
)

// squash is the inverse of stretch: 4096/(1+e^-x/256), from a table with interpolation.
func squash(x int32) int32 {
	if x > 2047 {
		return 4095
	}
	if x < -2047 {
		return 1
	}
	w, i := x&127, (x>>7)+16
	return (squashPoints[i]*(128-w) + squashPoints[i+1]*w + 64) >> 7
}

var squashPoints = [33]int32{1, 2, 3, 6, 10, 16, 27, 45, 73, 120, 194, 310, 488, 747, 1101, 1546, 2047,
	2549, 2994, 3348, 3607, 3785, 3901, 3975, 4024, 4050, 4068, 4079, 4085, 4089, 4092, 4093, 4094}

func init() {
	for v := 1; v < 256; v++ {
		switch {
		case v < topClass:
			fine[v] = uint32(1 + v*14/topClass)
			coarse[v] = uint32(1 + v*5/topClass)
		case v < 254:
			fine[v], coarse[v] = 14, 6
		default:
			fine[v], coarse[v] = 15, 7
		}
	}
	for i := range rates {
		rates[i] = uint32(65536 * 10 / (10*i + 16))
	}
	at := int32(0)
	for x := int32(-2047); x <= 2047; x++ {
		for p := squash(x); at <= p; at++ {
			stretch[at] = x
		}
	}
	for ; at < 4096; at++ {
		stretch[at] = 2047
	}
}
