package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the expected files anew")

const net = "INPUT 8x8x2 -> CONV 3x3x4 pad 1 -> RELU -> POOL 2 -> FC 3"

// fovea runs the command and returns its exit code and what it prints.
func fovea(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

func TestPlan(t *testing.T) {
	for _, c := range []struct {
		golden string
		args   []string
	}{
		{"forward.golden", []string{"plan", net}},
		{"train.golden", []string{"plan", "--train", "--batch", "5", "--backend", "cpu", net}},
		{"forward.json.golden", []string{"plan", "--json", "--threads", "1", "--backend", "cpu", net}},
	} {
		code, out, errs := fovea(t, "", c.args...)
		if code != 0 {
			t.Errorf("%v: got exit code %d: %s", c.args, code, errs)
		}
		file := filepath.Join("testdata", c.golden)
		if *update {
			if err := os.WriteFile(file, []byte(out), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), out); d != "" {
			t.Errorf("%v: the plan is not that of %s (-want +got):\n%s", c.args, file, d)
		}
	}
}

// The net may come from a file or from the standard input.
func TestNetFrom(t *testing.T) {
	file := filepath.Join(t.TempDir(), "net.txt")
	if err := os.WriteFile(file, []byte(net+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, want, _ := fovea(t, "", "plan", net)
	for _, arg := range []string{"@" + file, "-"} {
		if code, out, errs := fovea(t, net, "plan", arg); code != 0 || out != want {
			t.Errorf("plan %s: got exit code %d, %s%s", arg, code, errs, out)
		}
	}
}

func TestProfile(t *testing.T) {
	for _, args := range [][]string{{}, {"--train", "--batch", "4"}} {
		args = append([]string{"plan", "--backend", "cpu", "--profile", "--runs", "2", net}, args...)
		code, out, errs := fovea(t, "", append(args, "--json")...)
		var p planJSON
		if err := json.Unmarshal([]byte(out), &p); code != 0 || err != nil {
			t.Fatalf("%v: got exit code %d, %v: %s", args, code, err, errs)
		}
		sum := 0
		for i, s := range p.Steps {
			if s.Milliseconds == nil || *s.Milliseconds < 0 || s.Op == "" || s.FLOPs < 0 {
				t.Errorf("%v: step %d: got %+v, want its time", args, i, s)
			}
			sum += s.FLOPs
		}
		if p.RunMilliseconds == nil || sum != p.FLOPs || sum == 0 {
			t.Errorf("%v: got no time of a run, or %d operations of steps and %d of the run", args, sum, p.FLOPs)
		}
		code, out, errs = fovea(t, "", args...)
		lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
		if code != 0 || len(lines) != 3+1+len(p.Steps)+2 {
			t.Fatalf("%v: got exit code %d, %s, %d lines, want a line for each of %d steps between 4 and 2\n%s", args, code, errs, len(lines), len(p.Steps), out)
		}
		for i, s := range p.Steps {
			if f := strings.Fields(lines[4+i]); len(f) < 5 || f[1] != s.Op {
				t.Errorf("%v: got line %q, want step %d, %s", args, lines[4+i], i, s.Op)
			}
		}
		if f := strings.Fields(lines[len(lines)-2]); len(f) != 4 || f[0] != "total" || f[2] != "100.0" {
			t.Errorf("%v: got %q, want the total, 100 %%", args, lines[len(lines)-2])
		}
	}
}

func TestFailures(t *testing.T) {
	for _, c := range []struct {
		name  string
		args  []string
		code  int
		error string // part of what is printed
	}{
		{"unknown layer", []string{"plan", "INPUT 8x8x1 -> CONX 3 -> FC 2"}, 1,
			"fovea plan: the net, line 1, column 16: unknown layer CONX: did you mean CONV, as in CONV 5x5x8?\n  INPUT 8x8x1 -> CONX 3 -> FC 2\n                 ^^^^\n"},
		{"second line", []string{"plan", "INPUT 8x8x1\n\t-> CONX 3 -> FC 2"}, 1, "\n  \t-> CONX 3 -> FC 2\n  \t   ^^^^\n"},
		{"shape", []string{"plan", "INPUT 8x8x1 -> CONV 9x9x2 -> FC 2"}, 1, "the net, line 1, column 16: "},
		{"missing file", []string{"plan", "@none.txt"}, 1, "none.txt: no such file"},
		{"no net", []string{"plan"}, 2, "got 0 arguments, want one net; put its text in quotes"},
		{"net without quotes", []string{"plan", "INPUT", "8x8x1"}, 2, "got 2 arguments"},
		{"webgpu", []string{"plan", "--backend", "webgpu", net}, 2, "in a browser only"},
		{"backend", []string{"plan", "--backend", "abacus", net}, 2, `got "abacus", want cpu, simd or webgpu`},
		{"batch", []string{"plan", "--batch", "0", net}, 2, "--batch: got 0, want 1 or more"},
		{"threads", []string{"plan", "--threads", "-1", net}, 2, "--threads: got -1, want 0 or more"},
		{"runs", []string{"plan", "--profile", "--runs", "0", net}, 2, "--runs: got 0, want 1 or more"},
		{"runs of no profile", []string{"plan", "--runs", "3", net}, 2, "--runs is for --profile"},
		{"flag", []string{"plan", "--fast", net}, 2, "unknown flag: --fast\nfovea plan --help tells"},
		{"command", []string{"plann", net}, 2, `unknown command "plann"`},
	} {
		code, out, errs := fovea(t, "", c.args...)
		if code != c.code || !strings.Contains(errs, c.error) || out != "" {
			t.Errorf("%s: got exit code %d, want %d; %q in\n%s%s", c.name, code, c.code, c.error, errs, out)
		}
	}
	if code, out, _ := fovea(t, "", "plan", "--help"); code != 0 || !strings.Contains(out, "--profile") {
		t.Errorf("help: got exit code %d and\n%s", code, out)
	}
}
