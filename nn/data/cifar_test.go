package data

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// cifarRecord is a record whose pixel p has red p, green p+1 and blue p+2, all modulo 256.
func cifarRecord(labels ...byte) []byte {
	r := slices.Clone(labels)
	for c := range 3 {
		for p := range cifarPlane {
			r = append(r, byte(p+c))
		}
	}
	return r
}

func TestReadCIFAR(t *testing.T) {
	s, err := ReadCIFAR10(append(cifarRecord(3), cifarRecord(9)...))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.CheckForm(); err != nil {
		t.Error(err)
	}
	if !slices.Equal(s.Labels, []int32{3, 9}) || s.Classes[3] != "cat" || len(s.Classes) != 10 {
		t.Errorf("got labels %v of %v", s.Labels, s.Classes)
	}
	for _, at := range []struct{ y, x int }{{0, 0}, {0, 31}, {7, 9}, {31, 31}} {
		p := at.y*32 + at.x
		if got, want := s.Image(1)[3*p:3*p+3], []byte{byte(p), byte(p + 1), byte(p + 2)}; !bytes.Equal(got, want) {
			t.Errorf("pixel %v: got %v, want %v", at, got, want)
		}
	}
	fine, coarse, err := ReadCIFAR100(append(cifarRecord(19, 99), cifarRecord(0, 5)...))
	if err != nil || !slices.Equal(fine.Labels, []int32{99, 5}) || !slices.Equal(coarse, []int32{19, 0}) || len(fine.Classes) != 100 {
		t.Errorf("CIFAR-100: got %v, %v, %v", fine, coarse, err)
	}
}

func TestReadCIFARBad(t *testing.T) {
	ten := func(b []byte) error { _, err := ReadCIFAR10(b); return err }
	hundred := func(b []byte) error { _, _, err := ReadCIFAR100(b); return err }
	for _, tt := range []struct {
		name string
		read func([]byte) error
		b    []byte
		want string
	}{
		{"empty", ten, nil, "got 0 bytes, want records of 3073"},
		{"cut", ten, append(cifarRecord(1), cifarRecord(2)[:100]...), "got 3173 bytes, want records of 3073: at byte 3073 one is cut off"},
		{"label", ten, append(cifarRecord(1), cifarRecord(10)...), "at byte 3073: picture 1: got label 10, want 0 to 9"},
		{"CIFAR-10 for 100", hundred, cifarRecord(1), "want records of 3074"},
		{"group", hundred, cifarRecord(20, 1), "at byte 0: picture 0: got label 20, want 0 to 19"},
		{"fine label", hundred, cifarRecord(1, 100), "at byte 1: picture 0: got label 100, want 0 to 99"},
	} {
		if err := tt.read(tt.b); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}

func TestOpenCIFAR(t *testing.T) {
	file := func(b ...[]byte) *fstest.MapFile { return &fstest.MapFile{Data: slices.Concat(b...)} }
	folder := fstest.MapFS{"data_batch_1.bin": file(cifarRecord(1)), "data_batch_2.bin": file(cifarRecord(2), cifarRecord(3)), "test_batch.bin": file(cifarRecord(4))}
	train, test, err := OpenCIFAR10(folder)
	if err != nil || !slices.Equal(train.Labels, []int32{1, 2, 3}) || train.CheckForm() != nil || !slices.Equal(test.Labels, []int32{4}) {
		t.Errorf("CIFAR-10: got %v", err)
	}
	folder["data_batch_2.bin"] = file(cifarRecord(2), cifarRecord(77))
	if _, _, err := OpenCIFAR10(folder); err == nil || !strings.Contains(err.Error(), "data_batch_2.bin: CIFAR-10: unusable data: at byte 3073") {
		t.Errorf("a label out of range: got %v", err)
	}
	for _, missing := range []fstest.MapFS{{}, {"data_batch_1.bin": file(cifarRecord(1))}} {
		if _, _, err := OpenCIFAR10(missing); err == nil || !strings.Contains(err.Error(), "unpack the binary version") {
			t.Errorf("a file is missing: got %v", err)
		}
	}
	folder = fstest.MapFS{"train.bin": file(cifarRecord(1, 50)), "test.bin": file(cifarRecord(2, 60))}
	if train, _, err = OpenCIFAR100(folder, false); err != nil || train.Labels[0] != 50 || train.Classes[50] != "50" {
		t.Errorf("CIFAR-100: got %v", err)
	}
	folder["coarse_label_names.txt"] = file([]byte(strings.Repeat("fish\n", 20)))
	if train, test, err = OpenCIFAR100(folder, true); err != nil || train.Labels[0] != 1 || test.Labels[0] != 2 || len(train.Classes) != 20 || train.Classes[1] != "fish" {
		t.Errorf("CIFAR-100, groups: got %v", err)
	}
	folder["coarse_label_names.txt"] = file([]byte("fish"))
	if _, _, err = OpenCIFAR100(folder, true); err == nil || !strings.Contains(err.Error(), "coarse_label_names.txt: unusable data: got 1 names, want 20") {
		t.Errorf("names are missing: got %v", err)
	}
}

func FuzzReadCIFAR(f *testing.F) {
	f.Add(cifarRecord(1))
	f.Add(cifarRecord(1, 2))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := ReadCIFAR10(b); err == nil {
			mustBeWell(t, s)
		}
		if s, coarse, err := ReadCIFAR100(b); err == nil {
			mustBeWell(t, s)
			if len(coarse) != s.Len() {
				t.Errorf("got %d groups for %d pictures", len(coarse), s.Len())
			}
		}
	})
}

// mustBeWell fails unless a set that a reader returned without error is one.
func mustBeWell(t *testing.T, s *Set) {
	t.Helper()
	if err := s.CheckForm(); err != nil {
		t.Errorf("the reader took what Check refuses: %v", err)
	}
}
