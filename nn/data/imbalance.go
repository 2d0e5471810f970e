package data

import "fmt"

// imbalanceFrom is the ratio of class sizes from which on a set is called imbalanced: plain training starts to neglect
// the small class there.
const imbalanceFrom = 3

// Imbalance returns how many times more labels the largest class has than the smallest, classes without any left out,
// and, where that is 3 or more, a sentence for the user; else "".
func (s *Set) Imbalance() (ratio float64, report string) {
	counts := s.PerClass()
	large, small := -1, -1
	for class, n := range counts {
		if n == 0 {
			continue
		}
		if large < 0 || n > counts[large] {
			large = class
		}
		if small < 0 || n < counts[small] {
			small = class
		}
	}
	if large < 0 {
		return 1, ""
	}
	ratio = float64(counts[large]) / float64(counts[small])
	if ratio < imbalanceFrom {
		return ratio, ""
	}
	what := "samples"
	if len(s.LabelShape) > 0 {
		what = "labels"
	}
	return ratio, fmt.Sprintf("The classes are imbalanced: %q has %d %s, %q has %d, %.3g times fewer; weigh the classes in the loss, add samples to the small one or judge by each class's recall, not by accuracy.",
		s.Classes[large], counts[large], what, s.Classes[small], counts[small], ratio)
}
