package data

// paeth writes to out what is left of a picture when each byte is predicted from its neighbours left,
// above and above left, channel by channel, as PNG's filter 4 does.
func paeth(out, pix []byte, shape [3]int) {
	for i := range pix {
		out[i] = pix[i] - predict(pix, i, shape)
	}
}

// unpaeth turns the rest back into the picture, in place.
func unpaeth(pix []byte, shape [3]int) {
	for i := range pix {
		pix[i] += predict(pix, i, shape)
	}
}

// predict returns the neighbour of byte i that is nearest to left + above - above left.
func predict(pix []byte, i int, shape [3]int) byte {
	channels, row := shape[2], shape[1]*shape[2]
	var a, b, c int
	inside := i%row >= channels
	if inside {
		a = int(pix[i-channels])
	}
	if i >= row {
		b = int(pix[i-row])
		if inside {
			c = int(pix[i-row-channels])
		}
	}
	pa, pb, pc := distance(b, c), distance(a, c), distance(a+b, 2*c)
	switch {
	case pa <= pb && pa <= pc:
		return byte(a)
	case pb <= pc:
		return byte(b)
	}
	return byte(c)
}

func distance(a, b int) int {
	if a < b {
		return b - a
	}
	return a - b
}
