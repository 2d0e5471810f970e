package nn

// LargestBatch returns the most samples that a training step can have within a number of bytes, parameters and the
// optimiser's caches included, or 0 if not even one fits. The planner's own figure decides; that it grows almost in
// proportion to the batch only makes the search short.
func (s *Summary) LargestBatch(budgetBytes int) int {
	bytes := func(batch int) int {
		p, err := s.trainingPlan(batch)
		if err != nil { // a value would have more elements than an index can tell apart
			return budgetBytes + 1
		}
		return p.MemoryBytes() + p.PersistentBytes()
	}
	one := bytes(1)
	if one > budgetBytes {
		return 0
	}
	each := max(1, bytes(2)-one)
	fits, at := 1, one      // the largest batch known to fit, and what it takes
	tooMany := maxBatch + 1 // the smallest known not to
	for step := 0; tooMany-fits > 1; step++ {
		next := fits + max(1, (budgetBytes-at)/each)
		if next >= tooMany || step > 8 {
			next = fits + (tooMany-fits)/2
		}
		n := bytes(next)
		each = max(1, (n-at)/(next-fits))
		if n > budgetBytes {
			tooMany = next
		} else {
			fits, at = next, n
		}
	}
	return fits
}

// maxBatch is more samples than any training wants in a step.
const maxBatch = 1 << 20
