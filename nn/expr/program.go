package expr

import (
	"math"
	"strconv"
)

// Instr is one instruction of a Program: result k is Op applied to the results A, B, C of earlier instructions, or a
// constant, or variable Index.
type Instr struct {
	Op      Op
	A, B, C int
	Value   float64
	Index   int
}

// Program is one or more expressions in straight-line form, common parts computed once.
type Program struct {
	Instrs []Instr
	Out    []int // instruction that yields each expression
}

// Compile flattens exprs. Structurally equal parts become one instruction.
func Compile(exprs ...*Expr) *Program {
	p := &Program{}
	seen := map[string]int{}
	var visit func(e *Expr) int
	visit = func(e *Expr) int {
		in := Instr{Op: e.Op, Value: e.Value, Index: e.Index}
		args := [3]*int{&in.A, &in.B, &in.C}
		key := e.Op.Name() + strconv.FormatFloat(e.Value, 'g', -1, 64) + "$" + strconv.Itoa(e.Index)
		for i, a := range e.Args {
			*args[i] = visit(a)
			key += "," + strconv.Itoa(*args[i])
		}
		if k, ok := seen[key]; ok {
			return k
		}
		p.Instrs = append(p.Instrs, in)
		seen[key] = len(p.Instrs) - 1
		return len(p.Instrs) - 1
	}
	for _, e := range exprs {
		p.Out = append(p.Out, visit(e))
	}
	return p
}

// Run computes the program over slices: vars[i][k] is variable i of element k, out[j][k] gets expression j. All slices
// have the same length; scratch is grown as needed and returned for the next call.
func (p *Program) Run(vars, out [][]float32, scratch []float32) []float32 {
	n := len(out[0])
	if need := n * len(p.Instrs); cap(scratch) < need {
		scratch = make([]float32, need)
	}
	reg := func(k int) []float32 {
		if in := p.Instrs[k]; in.Op == Var {
			return vars[in.Index][:n]
		}
		return scratch[k*n : (k+1)*n : (k+1)*n]
	}
	last := len(p.Instrs) - 1
	for k, in := range p.Instrs {
		if in.Op == Var {
			continue
		}
		dst := reg(k)
		if k == last && len(p.Out) == 1 { // nothing is read after it, so out may share memory with a variable
			dst = out[0]
		}
		if in.Op == Const {
			for i := range dst {
				dst[i] = float32(in.Value)
			}
			continue
		}
		a := reg(in.A)
		runInstr(in.Op, dst, a, reg(in.B), reg(in.C))
	}
	if len(p.Out) == 1 && p.Instrs[last].Op != Var {
		return scratch
	}
	for j, k := range p.Out {
		copy(out[j], reg(k))
	}
	return scratch
}

// runInstr is one loop an operation: the switch is outside, so the loops are tight.
func runInstr(op Op, dst, a, b, c []float32) {
	n := len(dst)
	a = a[:n]
	b = b[:min(n, len(b))]
	switch op {
	case Add:
		for i := range dst {
			dst[i] = a[i] + b[i]
		}
	case Sub:
		for i := range dst {
			dst[i] = a[i] - b[i]
		}
	case Mul:
		for i := range dst {
			dst[i] = a[i] * b[i]
		}
	case Div:
		for i := range dst {
			dst[i] = a[i] / b[i]
		}
	case Max:
		for i := range dst {
			dst[i] = max(a[i], b[i])
		}
	case Min:
		for i := range dst {
			dst[i] = min(a[i], b[i])
		}
	case Sqrt:
		for i := range dst {
			dst[i] = float32(math.Sqrt(float64(a[i])))
		}
	case Greater: // this and Select by bits: compiled without branches, which could not be foretold
		for i := range dst {
			var one uint32
			if a[i] > b[i] {
				one = 0x3f800000
			}
			dst[i] = math.Float32frombits(one)
		}
	case Select:
		c = c[:n]
		for i := range dst {
			x, y := math.Float32bits(b[i]), math.Float32bits(c[i])
			if a[i] != 0 {
				y = x
			}
			dst[i] = math.Float32frombits(y)
		}
	default:
		for i := range dst {
			dst[i] = apply(op, a[i], b[i], c[i])
		}
	}
}
