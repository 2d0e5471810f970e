package data

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// A record of CIFAR's binary files has one or two label bytes and 32 rows of 32 pixels for each of red, green and blue.
const (
	cifarSide   = 32
	cifarPlane  = cifarSide * cifarSide
	cifarPixels = 3 * cifarPlane
)

// CIFAR10Classes are the classes of CIFAR-10 in label order.
var CIFAR10Classes = strings.Fields("airplane automobile bird cat deer dog frog horse ship truck")

// ReadCIFAR10 reads one file of the binary version of CIFAR-10: records of a label byte and 3072 bytes of pixels, red,
// green and blue after each other.
//
// Source: Krizhevsky, "Learning multiple layers of features from tiny images", 2009.
func ReadCIFAR10(b []byte) (*Set, error) {
	s, _, err := readCIFAR(b, []int{10})
	if err != nil {
		return nil, fmt.Errorf("CIFAR-10: %w", err)
	}
	s.Classes = CIFAR10Classes
	return s, nil
}

// ReadCIFAR100 reads a file of the binary version of CIFAR-100, whose records have two labels. The set has the fine ones, of
// 100 classes, which are called by their numbers; coarse are those of the 20 groups that the classes belong to.
func ReadCIFAR100(b []byte) (s *Set, coarse []int32, err error) {
	s, coarse, err = readCIFAR(b, []int{20, 100})
	if err != nil {
		return nil, nil, fmt.Errorf("CIFAR-100: %w", err)
	}
	s.Classes = numbers(100)
	return s, coarse, nil
}

func numbers(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprint(i)
	}
	return names
}

// readCIFAR reads records that begin with a label byte for each number of classes. The set takes the last of these;
// first are the first.
func readCIFAR(b []byte, classes []int) (s *Set, first []int32, err error) {
	record := len(classes) + cifarPixels
	if len(b) == 0 || len(b)%record != 0 {
		return nil, nil, fmt.Errorf("%w: got %d bytes, want records of %d: at byte %d one is cut off, or it is another file: fetch the binary version again",
			ErrFormat, len(b), record, len(b)/record*record)
	}
	n := len(b) / record
	if n > maxSetBytes/cifarPixels {
		return nil, nil, fmt.Errorf("%w: %d pictures are more than %d bytes", ErrTooLarge, n, maxSetBytes)
	}
	s = &Set{Shape: []int{cifarSide, cifarSide, 3}, Images: make([]byte, n*cifarPixels), Labels: make([]int32, n)}
	first = make([]int32, n)
	for i := range n {
		r := b[i*record : (i+1)*record]
		for k, c := range classes {
			if int(r[k]) >= c {
				return nil, nil, fmt.Errorf("%w: at byte %d: picture %d: got label %d, want 0 to %d: it is another file, or a damaged one", ErrFormat, i*record+k, i, r[k], c-1)
			}
		}
		first[i], s.Labels[i] = int32(r[0]), int32(r[len(classes)-1])
		image, planes := s.Image(i), r[len(classes):]
		for p := range cifarPlane {
			image[3*p], image[3*p+1], image[3*p+2] = planes[p], planes[cifarPlane+p], planes[2*cifarPlane+p]
		}
	}
	return s, first, nil
}

// OpenCIFAR10 reads the folder of the binary version: data_batch_1.bin to data_batch_5.bin and test_batch.bin.
func OpenCIFAR10(folder fs.FS) (train, test *Set, err error) {
	names, err := fs.Glob(folder, "data_batch_*.bin")
	if err != nil || len(names) == 0 {
		return nil, nil, fmt.Errorf("CIFAR-10: %w: the folder has no data_batch_1.bin: unpack the binary version and name the folder cifar-10-batches-bin", ErrFormat)
	}
	slices.Sort(names)
	for _, name := range names {
		s, err := openCIFAR(folder, name, ReadCIFAR10)
		if err != nil {
			return nil, nil, err
		}
		if train == nil {
			train = s
			continue
		}
		train.Images, train.Labels = append(train.Images, s.Images...), append(train.Labels, s.Labels...)
	}
	test, err = openCIFAR(folder, "test_batch.bin", ReadCIFAR10)
	return train, test, err
}

// OpenCIFAR100 reads the folder of the binary version: train.bin and test.bin, and the names of the classes in
// fine_label_names.txt and coarse_label_names.txt, without which they are called by their numbers. With coarse, the sets
// have the labels of the 20 groups.
func OpenCIFAR100(folder fs.FS, coarse bool) (train, test *Set, err error) {
	count, list := 100, "fine_label_names.txt"
	if coarse {
		count, list = 20, "coarse_label_names.txt"
	}
	classes := numbers(count)
	switch text, err := fs.ReadFile(folder, list); {
	case err == nil:
		if classes = strings.Fields(string(text)); len(classes) != count {
			return nil, nil, fmt.Errorf("%s: %w: got %d names, want %d: fetch the file again or delete it", list, ErrFormat, len(classes), count)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, nil, err
	}
	read := func(b []byte) (*Set, error) {
		s, groups, err := ReadCIFAR100(b)
		if err != nil {
			return nil, err
		}
		if s.Classes = classes; coarse {
			s.Labels = groups
		}
		return s, nil
	}
	if train, err = openCIFAR(folder, "train.bin", read); err != nil {
		return nil, nil, err
	}
	test, err = openCIFAR(folder, "test.bin", read)
	return train, test, err
}

func openCIFAR(folder fs.FS, name string, read func([]byte) (*Set, error)) (*Set, error) {
	b, err := fs.ReadFile(folder, name)
	if err != nil {
		return nil, fmt.Errorf("%w: unpack the binary version and choose the folder with the .bin files", err)
	}
	s, err := read(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path.Base(name), err)
	}
	return s, nil
}
