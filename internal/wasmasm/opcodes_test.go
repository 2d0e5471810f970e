package wasmasm

import (
	_ "embed"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

//go:embed opcodes.go
var opcodesSource string

func TestOpcodesAndNamesAgree(t *testing.T) {
	plain := strings.NewReplacer(".", "", "_", "")
	seen := map[opcode]string{}
	for _, match := range regexp.MustCompile(`(?m)^\top(\w+) +opcode = (0x\w+) +// (\S+)$`).FindAllStringSubmatch(opcodesSource, -1) {
		code, err := strconv.ParseUint(match[2], 0, 32)
		if err != nil {
			t.Fatal(err)
		}
		op := opcode(code)
		if op.String() != match[3] || strings.ToLower(match[1]) != plain.Replace(match[3]) {
			t.Errorf("op%s = %#x: comment %s, String %s", match[1], code, match[3], op)
		}
		if seen[op] != "" {
			t.Errorf("%#x is both %s and %s", code, seen[op], match[3])
		}
		seen[op] = match[3]
	}
	if len(seen) < 440 {
		t.Errorf("found %d opcodes in opcodes.go", len(seen))
	}
	if got := opcode(0xfd_9a).String(); got != "opcode 0xfd9a" {
		t.Error(got)
	}
	numNames := 0
	for _, w := range strings.Fields(opcodeNames) {
		if _, err := strconv.ParseUint(w, 16, 32); err != nil && w != "-" {
			numNames++
		}
	}
	if numNames != len(seen) {
		t.Errorf("%d names for %d opcodes", numNames, len(seen))
	}
}
