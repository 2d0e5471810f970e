package train

import "math"

// Schedule says how the learning rate changes over a run of known length.
type Schedule string

// The schedules. Cosine falls from the given rate to 0 along half a cosine:
//
//	rate(t) = rate · (1 + cos(π·t/T)) / 2
//
// Source: Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017, equation 5.
const (
	Constant Schedule = "constant"
	Cosine   Schedule = "cosine"
)

// Rate returns the learning rate of step t, counted from 0, of total.
func (s Schedule) Rate(rate float64, t, total int) float64 {
	if s == Cosine {
		return rate * (1 + math.Cos(math.Pi*float64(t)/float64(total))) / 2
	}
	return rate
}

func (s Schedule) known() bool { return s == "" || s == Constant || s == Cosine }
