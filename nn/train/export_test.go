package train

// Moving lets the momentum of o come with each step, as a schedule does.
func Moving(o Optimizer) Optimizer {
	o.moving = true
	return o
}
