package conform_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/internal/conform"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
)

// conv is a 1x1 convolution of two channels and a row of two pixels: y0 = x0 + 10·x1 + 0.5, y1 = 2·x0 - x1.
func conv() made {
	return made{
		name: "conv2d.small",
		fields: object{"kind": "op", "op": "conv2d", "inputs": []string{"x"},
			"attrs": object{"kernel": []int{1, 1}, "stride": []int{1, 1}, "pads": []int{0, 0, 0, 0}, "dilation": []int{1, 1}, "groups": 1, "bias": true}},
		tensors: map[string]array{
			"in.x":         floats([]int{1, 2, 1, 2}, 1, 2, 3, 4),
			"param.weight": floats([]int{2, 2, 1, 1}, 1, 10, 2, -1),
			"param.bias":   floats([]int{2}, 0.5, 0),
			"out.y":        floats([]int{1, 2, 1, 2}, 31.5, 42.5, -1, 0),
			"gout.y":       floats([]int{1, 2, 1, 2}, 1, 0, 0, 2),
			"grad.x":       floats([]int{1, 2, 1, 2}, 1, 4, 10, -2),
			"grad.weight":  floats([]int{2, 2, 1, 1}, 1, 3, 4, 8),
			"grad.bias":    floats([]int{2}, 1, 2),
		},
		expect: []string{"out.y", "grad.x", "grad.weight", "grad.bias"},
	}
}

func simple(op string, attrs object, x, y array) made {
	return made{name: op + ".small", fields: object{"kind": "op", "op": op, "attrs": attrs, "inputs": []string{"x"}},
		tensors: map[string]array{"in.x": x, "out.y": y}, expect: []string{"out.y"}}
}

func momentum() made {
	return made{ // w = 1; g = 1, 1; v = 1, 1.5; w = 0.9, 0.75
		name: "optim_sgd.small",
		fields: object{"kind": "optimizer", "op": "sgd", "steps": 2, "params": []string{"p0"},
			"attrs": object{"lr": 0.1, "momentum": 0.5, "dampening": 0, "weight_decay": 0, "nesterov": false}},
		tensors: map[string]array{"param.p0": floats([]int{1}, 1), "given.p0": floats([]int{2, 1}, 1, 1), "out.p0": floats([]int{2, 1}, 0.9, 0.75)},
		expect:  []string{"out.p0"},
	}
}

// net is flatten and linear over [1,2,1,1] pictures, trained for two steps of plain SGD, computed here by hand.
func net() made {
	const lr = 0.5
	w, b := [2][2]float64{{0.1, -0.2}, {0.3, 0.4}}, [2]float64{0.5, -0.5}
	x, labels := [2][2]float64{{1, 2}, {-1, 0.5}}, [2]int{1, 0}
	forward := func(x [2]float64, label int) (z, d [2]float64, loss float64) {
		for i := range z {
			z[i] = w[i][0]*x[0] + w[i][1]*x[1] + b[i]
		}
		sum := math.Exp(z[0]) + math.Exp(z[1])
		for i := range z {
			d[i] = math.Exp(z[i]) / sum
		}
		loss = -math.Log(d[label])
		d[label]--
		return z, d, loss
	}
	c := made{
		name: "net_tiny.a",
		fields: object{"kind": "net", "op": "tiny", "steps": 2,
			"graph": object{"input": "x", "output": "fc", "nodes": []object{
				{"name": "flat", "op": "flatten", "inputs": []string{"x"}, "attrs": object{"start_axis": 1}},
				{"name": "fc", "op": "linear", "inputs": []string{"flat"}, "attrs": object{"in_features": 2, "out_features": 2, "bias": true},
					"params": object{"weight": "fc.weight", "bias": "fc.bias"}}}},
			"loss":      object{"op": "cross_entropy", "attrs": object{"reduction": "mean", "label_smoothing": 0}},
			"optimizer": object{"op": "sgd", "attrs": object{"lr": lr, "momentum": 0, "dampening": 0, "weight_decay": 0, "nesterov": false}}},
		tensors: map[string]array{
			"batch.x": floats([]int{2, 1, 2, 1, 1}, 1, 2, -1, 0.5), "batch.labels": ints([]int{2, 1}, 1, 0),
		},
	}
	put := func(key string, shape []int, v ...float64) {
		a := array{shape: shape}
		for _, x := range v {
			a.data = append(a.data, float32(x))
		}
		c.tensors[key] = a
		if !strings.HasPrefix(key, "param.") {
			c.expect = append(c.expect, key)
		}
	}
	put("param.fc.weight", []int{2, 2}, w[0][0], w[0][1], w[1][0], w[1][1])
	put("param.fc.bias", []int{2}, b[0], b[1])
	z, d, loss := forward(x[0], labels[0])
	put("out.eval", []int{1, 2}, z[:]...)
	put("out.train", []int{1, 2}, z[:]...)
	put("out.loss", nil, loss)
	put("out.loss_eval", nil, loss)
	put("grad.fc.weight", []int{2, 2}, d[0]*x[0][0], d[0]*x[0][1], d[1]*x[0][0], d[1]*x[0][1])
	put("grad.fc.bias", []int{2}, d[:]...)
	put("grad.x", []int{1, 2, 1, 1}, d[0]*w[0][0]+d[1]*w[1][0], d[0]*w[0][1]+d[1]*w[1][1])
	var losses []float64
	for t := range x {
		_, d, loss := forward(x[t], labels[t])
		losses = append(losses, loss)
		for i := range b {
			b[i] -= lr * d[i]
			w[i][0] -= lr * d[i] * x[t][0]
			w[i][1] -= lr * d[i] * x[t][1]
		}
	}
	put("out.loss_steps", []int{2}, losses...)
	put("after.fc.weight", []int{2, 2}, w[0][0], w[0][1], w[1][0], w[1][1])
	put("after.fc.bias", []int{2}, b[0], b[1])
	z, _, _ = forward(x[0], labels[0])
	put("after.eval", []int{1, 2}, z[:]...)
	return c
}

func TestMadeCasesPass(t *testing.T) {
	flat := simple("flatten", object{"start_axis": 1}, floats([]int{1, 2, 1, 3}, 1, 2, 3, 4, 5, 6), floats([]int{1, 6}, 1, 2, 3, 4, 5, 6))
	relu := simple("relu", object{}, floats([]int{1, 2, 1, 2}, -1, 2, 3, -4), floats([]int{1, 2, 1, 2}, 0, 2, 3, 0))
	cut := simple("slice", object{"starts": []int{0, 1, 0}, "ends": []int{1, 2, 2}, "steps": []int{1, 1, 1}}, floats([]int{1, 2, 3}, 1, 2, 3, 4, 5, 6), floats([]int{1, 1, 2}, 4, 5))
	mean := simple("mean", object{"axes": []int{-1}, "keepdims": true}, floats([]int{1, 2, 2}, 1, 3, 5, 7), floats([]int{1, 2, 1}, 2, 6))
	soft := simple("softmax", object{"axis": 2}, floats([]int{1, 1, 2, 2}, 0, 100, 0, 100), floats([]int{1, 1, 2, 2}, 0.5, 0.5, 0.5, 0.5))
	// What the reference's own cases do not have.
	pad := simple("pad", object{"pads": []int{0, 1, 1, 0}, "mode": "constant", "value": 7}, floats([]int{1, 1, 1, 2}, 1, 2), floats([]int{1, 1, 2, 3}, 7, 1, 2, 7, 7, 7))
	up := simple("resize", object{"mode": "nearest", "size": []int{4}}, floats([]int{1, 2, 2}, 1, 2, 3, 4), floats([]int{1, 2, 4}, 1, 1, 2, 2, 3, 3, 4, 4))
	every := simple("slice", object{"starts": []int{0, 0, 1}, "ends": []int{1, 2, 4}, "steps": []int{1, 1, 2}}, floats([]int{1, 2, 4}, 1, 2, 3, 4, 5, 6, 7, 8), floats([]int{1, 2, 2}, 2, 4, 6, 8))
	every.name = "slice.steps"
	nll := simple("nll_loss", object{"reduction": "none", "ignore_index": 1}, floats([]int{1, 2, 1, 2}, -1, -2, -3, -4), floats([]int{1, 1, 2}, 1, 0))
	nll.tensors["buf.labels"] = ints([]int{1, 1, 2}, 0, 1)
	for name, res := range runAll(t, os.DirFS(write(t, conv(), momentum(), net(), flat, relu, cut, mean, soft, pad, up, every, nll))) {
		if res.Err != nil {
			t.Errorf("%s: %v", name, res.Err)
		}
	}
}

// A wrong number anywhere among what is expected fails the case and is named.
func TestWrongExpectationsFail(t *testing.T) {
	for _, build := range []func() made{conv, momentum, net} {
		for _, key := range build().expect {
			c := build()
			a := c.tensors[key]
			a.data = append([]float32(nil), a.data...)
			a.data[len(a.data)-1] += 0.01
			c.tensors[key] = a
			res := runAll(t, os.DirFS(write(t, c)))[c.name]
			if res.Err == nil || !strings.HasPrefix(res.Err.Error(), key+"[") || strings.Contains(res.Err.Error(), ";") || res.Worst < 1 || res.At != key {
				t.Errorf("%s with another %s: got %v (worst %g at %s), want that key alone to fail", c.name, key, res.Err, res.Worst, res.At)
			}
		}
	}
}

func TestCasesThatCannotPass(t *testing.T) {
	with := func(c made, change func(c made)) made { change(c); return c }
	for _, c := range []struct {
		name, want string
		made
	}{
		{"unknown operation", "not supported: frobnicate", simple("frobnicate", object{}, floats([]int{1}, 1), floats([]int{1}, 1))},
		{"unknown kind", `not supported: kind "poem"`, with(conv(), func(c made) { c.fields["kind"] = "poem" })},
		{"unknown optimizer", "not supported: lion", with(momentum(), func(c made) { c.fields["op"] = "lion" })},
		{"unknown schedule", "not supported: schedule random", with(momentum(), func(c made) { c.fields["kind"], c.fields["op"] = "schedule", "random" })},
		{"another optimizer's attribute", `unknown field "rho"`, with(momentum(), func(c made) { c.fields["attrs"].(object)["rho"] = 0.9 })},
		{"schedule out of range", "schedule: every: got -2", with(momentum(), func(c made) {
			c.fields["kind"], c.fields["op"], c.fields["attrs"] = "schedule", "step", object{"base_lr": 0.1, "step_size": -2, "gamma": 0.5}
		})},
		{"unknown attribute", "spin", simple("relu", object{"spin": 2}, floats([]int{1}, 1), floats([]int{1}, 1))},
		{"dropout that is random", "not supported: dropout in training", simple("dropout", object{"p": 0.5, "training": true}, floats([]int{1}, 1), floats([]int{1}, 1))},
		{"way of padding", "not supported: pad, mode circular", simple("pad", object{"pads": []int{0, 0, 1, 1}, "mode": "circular"}, floats([]int{1, 1}, 1), floats([]int{1, 1}, 1))},
		{"way of resizing", "not supported: resize, mode cubic", simple("resize", object{"mode": "cubic", "size": []int{2}}, floats([]int{1, 1, 1}, 1), floats([]int{1, 1, 2}, 1, 1))},
		{"reduction", `not supported: reduction "median"`, with(simple("mse_loss", object{"reduction": "median"}, floats([]int{1}, 1), floats([]int{1}, 1)), func(c made) {
			c.tensors["buf.target"] = floats([]int{1}, 1)
		})},
		{"buffer that a loss does not read", "not supported: l1_loss with class_weight", with(simple("l1_loss", object{"reduction": "mean"}, floats([]int{1}, 1), floats([]int{}, 1)), func(c made) {
			c.tensors["buf.class_weight"] = floats([]int{1}, 1)
		})},
		{"batch norm without statistics", "the case does not", simple("batch_norm", object{"training": true, "eps": 1e-5, "momentum": 0.1, "affine": false}, floats([]int{2, 1}, 1, 2), floats([]int{2, 1}, 1, 1))},
		{"gradient of what is not there", "nothing in the graph stands for b", with(conv(), func(c made) {
			c.tensors["grad.b"] = floats([]int{2}, 1, 2)
			c.expect[0] = "grad.b"
		})},
		{"expectation that no kind has", "nothing yields after.y", with(simple("relu", object{}, floats([]int{1}, 1), floats([]int{1}, 1)), func(c made) {
			c.tensors["after.y"] = floats([]int{1}, 1)
			c.expect[0] = "after.y"
		})},
		{"shape of the result", "out.y: got [1,2,1,2], want [1,2,2,1]", with(conv(), func(c made) { c.tensors["out.y"] = floats([]int{1, 2, 2, 1}, 31.5, 42.5, -1, 0) })},
		{"shape of a parameter", "param.bias", with(conv(), func(c made) { c.tensors["param.bias"] = floats([]int{3}, 1, 2, 3) })},
		{"missing parameter", "parameter", with(conv(), func(c made) { delete(c.tensors, "param.weight") })},
		{"attribute of a wrong type", "attributes", with(conv(), func(c made) { c.fields["attrs"].(object)["pads"] = "many" })},
		{"kernel that does not fit", "axes", with(conv(), func(c made) { c.fields["attrs"].(object)["kernel"] = []int{3} })},
		{"net whose node is missing", `no node "nowhere"`, with(net(), func(c made) { c.fields["graph"].(object)["output"] = "nowhere" })},
		{"net of an unknown layer", "not supported: gate (node flat)", with(net(), func(c made) {
			c.fields["graph"].(object)["nodes"].([]object)[0]["op"] = "gate"
		})},
		{"labels as numbers", "labels", with(net(), func(c made) { c.tensors["batch.labels"] = floats([]int{2, 1}, 1, 0) })},
	} {
		t.Run(c.name, func(t *testing.T) {
			res := runAll(t, os.DirFS(write(t, c.made)))[c.made.name]
			if res.Err == nil || !strings.Contains(res.Err.Error(), c.want) || strings.Contains(res.Err.Error(), "panic") {
				t.Errorf("got %v, want %q in it", res.Err, c.want)
			}
			if strings.HasPrefix(c.want, "not supported") && !errors.Is(res.Err, graph.ErrUnsupported) {
				t.Errorf("%v is not ErrUnsupported", res.Err)
			}
		})
	}
}

func TestBrokenFiles(t *testing.T) {
	edit := func(name string, f func(b []byte) []byte) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			path := filepath.Join(dir, name)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			save(t, path, f(b))
		}
	}
	replace := func(old, new string) func(b []byte) []byte {
		return func(b []byte) []byte {
			if !bytes.Contains(b, []byte(old)) {
				panic("no " + old + " in " + string(b))
			}
			return bytes.Replace(b, []byte(old), []byte(new), 1)
		}
	}
	const j, s = "conv2d.small.json", "conv2d.small.safetensors"
	for _, c := range []struct {
		name   string
		damage func(t *testing.T, dir string)
		want   []string
	}{
		{"no json", func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, j)) }, []string{j, "no such file"}},
		{"no numbers", func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, s)) }, []string{s, "no such file"}},
		{"truncated json", edit(j, func(b []byte) []byte { return b[:len(b)/2] }), []string{j, "truncated"}},
		{"empty json", edit(j, func(b []byte) []byte { return nil }), []string{j, "truncated"}},
		{"truncated numbers", edit(s, func(b []byte) []byte { return b[:len(b)-3] }), []string{s, "safetensors"}},
		{"empty numbers", edit(s, func(b []byte) []byte { return nil }), []string{s, "safetensors"}},
		{"other name", edit(j, replace(`"name":"conv2d.small"`, `"name":"conv2d.other"`)), []string{j, "conv2d.other"}},
		{"other op", edit(j, replace(`"op":"conv2d"`, `"op":"relu"`)), []string{j, "relu"}},
		{"other format", edit(j, replace(`"format":1`, `"format":2`)), []string{j, "format"}},
		{"shape that lies", edit(j, replace(`"shape":[2]`, `"shape":[3]`)), []string{s, "[2]", "[3]"}},
		{"negative tolerance", edit(j, replace(`"atol":0.00001`, `"atol":-1`)), []string{j, "atol"}},
		{"no tolerance", edit(j, replace(`"atol":0.00001,`, ``)), []string{j, "atol"}},
		{"NaN", edit(s, func(b []byte) []byte { return append(b[:len(b)-4:len(b)-4], 0, 0, 0xc0, 0x7f) }), []string{s, "NaN"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := write(t, conv(), momentum())
			c.damage(t, dir)
			res := runAll(t, os.DirFS(dir))
			for _, want := range c.want {
				if err := res["conv2d.small"].Err; err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %q in it", err, want)
				}
			}
			if err := res["optim_sgd.small"].Err; err != nil {
				t.Errorf("the case beside it: %v", err)
			}
		})
	}
}

func TestBrokenIndex(t *testing.T) {
	for _, c := range []struct{ name, index, want string }{
		{"no JSON", "{", "index.json"},
		{"format", `{"format":9,"cases":[]}`, "format: got 9, want 1"},
		{"count", `{"format":1,"count":3,"cases":[]}`, "count: got 3"},
		{"path", `{"format":1,"cases":[{"name":"../secret"}]}`, "../secret"},
		{"twice", `{"format":1,"cases":[{"name":"a"},{"name":"a"}]}`, `"a"`},
	} {
		_, err := conform.Index(func(string) ([]byte, error) { return []byte(c.index), nil })
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q in it", c.name, err, c.want)
		}
	}
}

// lost is a device that goes away when something is compiled.
type lost struct{ plan.Device }

func (lost) Compile(context.Context, *plan.Program, plan.Store) (plan.Executable, error) {
	return nil, graph.ErrDeviceLost
}

// broken is a device with a bug.
type broken struct{ plan.Device }

func (broken) NewStore() (plan.Store, error) { panic("a bug") }

func TestRunner(t *testing.T) {
	dir := conform.Folder{Label: "made", Read: conform.FS(os.DirFS(write(t, conv(), momentum(), simple("frobnicate", object{}, floats([]int{1}, 1), floats([]int{1}, 1)))))}
	run := func(r conform.Runner, devices ...plan.Device) (string, int, int, error) {
		var out bytes.Buffer
		r.Out, r.Folders = &out, []conform.Folder{dir}
		r.Open = func(context.Context) (plan.Device, error) {
			d := devices[0]
			devices = devices[1:]
			return d, nil
		}
		passed, failed, err := r.Run(t.Context())
		return out.String(), passed, failed, err
	}
	dev := cpu.New(1)
	out, passed, failed, err := run(conform.Runner{}, dev)
	if passed != 2 || failed != 1 || err != nil || !strings.HasSuffix(out, "\n2 passed, 1 failed\n") || strings.Contains(out, "ok ") ||
		!strings.Contains(out, "FAIL  frobnicate.small: not supported: frobnicate\n") {
		t.Errorf("got %d %d %v\n%s", passed, failed, err, out)
	}
	out, passed, failed, err = run(conform.Runner{Verbose: true, Match: regexp.MustCompile("^conv2d")}, dev)
	if passed != 1 || failed != 0 || err != nil || !strings.Contains(out, "ok    conv2d.small") || !strings.Contains(out, "of the tolerance (") {
		t.Errorf("got %d %d %v\n%s", passed, failed, err, out)
	}
	if _, _, _, err = run(conform.Runner{Match: regexp.MustCompile("nothing")}, dev); err == nil {
		t.Error("no case was chosen, but nothing failed")
	}
	// A lost device fails its case alone; the next gets a fresh one.
	if out, passed, failed, err = run(conform.Runner{Match: regexp.MustCompile("small")}, lost{dev}, dev); passed != 1 || failed != 2 || err != nil {
		t.Errorf("got %d %d %v\n%s", passed, failed, err, out)
	}
	if out, passed, failed, err = run(conform.Runner{}, broken{dev}); passed != 0 || failed != 3 || err != nil || !strings.Contains(out, "panic: a bug") {
		t.Errorf("got %d %d %v\n%s", passed, failed, err, out)
	}
}

// Every case is computed on the processor here, on every backend by make conformance.
func TestReferenceCases(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "conformance", "torch")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("there are no reference cases beside this checkout: %v", err)
	}
	for name, res := range runAll(t, os.DirFS(dir)) {
		if res.Err != nil {
			t.Errorf("%s: %v", name, res.Err)
		}
	}
}
