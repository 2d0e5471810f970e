package train

// Score is how a model does on a data set. A label below 0 is ignored and counts for nothing.
type Score struct {
	Loss     float64 // mean cross-entropy
	Accuracy float64 // share whose label is the most probable class
	Count    int     // labels that count
	// Ranks[r] counts the labels that have r more probable classes before them.
	Ranks []int
	// Confusion[label][predicted] counts.
	Confusion [][]int
}

// TopK returns the share whose label is among the k most probable classes.
func (s Score) TopK(k int) float64 {
	n := 0
	for r := range min(k, len(s.Ranks)) {
		n += s.Ranks[r]
	}
	return ratio(n, s.Count)
}

// ClassScore is how a model does on one class, with TP the samples of the class that were predicted as such, FP the
// others that were, and FN those of the class that were not:
//
//	precision = TP/(TP+FP)   recall = TP/(TP+FN)   F1 = 2·TP/(2·TP+FP+FN)
//
// A figure without a sample to base it on is 0.
//
// Source: van Rijsbergen, "Information Retrieval", 2nd edition, 1979, chapter 7.
type ClassScore struct {
	Precision, Recall, F1 float64
	Support               int // samples of the class
}

// PerClass returns the figures of each class.
func (s Score) PerClass() []ClassScore {
	scores := make([]ClassScore, len(s.Confusion))
	for c, row := range s.Confusion {
		support, predicted := 0, 0
		for k, n := range row {
			support += n
			predicted += s.Confusion[k][c]
		}
		hits := row[c]
		scores[c] = ClassScore{Precision: ratio(hits, predicted), Recall: ratio(hits, support), F1: ratio(2*hits, support+predicted), Support: support}
	}
	return scores
}

// Macro returns the plain mean over the classes, so that a rare class weighs as much as a frequent one; classes without a
// sample are left out. Support is that of all.
func (s Score) Macro() ClassScore {
	var m ClassScore
	classes := 0.0
	for _, c := range s.PerClass() {
		if c.Support == 0 {
			continue
		}
		classes++
		m.Precision += c.Precision
		m.Recall += c.Recall
		m.F1 += c.F1
		m.Support += c.Support
	}
	if classes > 0 {
		m.Precision /= classes
		m.Recall /= classes
		m.F1 /= classes
	}
	return m
}

func ratio(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// newScore returns the empty score of a number of classes.
func newScore(classes int) Score {
	s := Score{Ranks: make([]int, classes), Confusion: make([][]int, classes)}
	for c := range s.Confusion {
		s.Confusion[c] = make([]int, classes)
	}
	return s
}

// add counts one sample.
func (s *Score) add(label, predicted, rank int) {
	s.Count++
	s.Ranks[min(rank, len(s.Ranks)-1)]++
	s.Confusion[label][predicted]++
}

// finish turns the sum of losses into the means.
func (s *Score) finish(loss float64) {
	s.Loss = loss / float64(s.Count)
	s.Accuracy = s.TopK(1)
}
