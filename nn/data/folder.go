package data

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// PictureOptions say what pictures become.
type PictureOptions struct {
	Height, Width int // in pixels; pictures are scaled until they cover that, and what sticks out is cut off evenly
	Channels      int // 1 gray, 3 red, green and blue; with Deep also 4, with alpha; 0 means 3
	// Deep keeps 16 bits a channel, as numbers from 0 to 65535: of PNG files that have them; others are spread to that.
	Deep bool
}

func (o PictureOptions) defaults() (PictureOptions, error) {
	if o.Channels == 0 {
		o.Channels = 3
	}
	most := 3
	if o.Deep {
		most = 4
	}
	if o.Channels < 1 || o.Channels == 2 || o.Channels > most {
		return o, fmt.Errorf("data: pictures: got %d channels, want 1 or 3, or 4 with Deep", o.Channels)
	}
	if err := CheckSize(o.Width, o.Height); err != nil {
		return o, fmt.Errorf("data: pictures: height and width of the samples: %w", err)
	}
	return o, nil
}

// Skipped is a file that was left out, and why.
type Skipped struct {
	Name   string
	Reason error
}

// Report says what became of the files of a folder.
type Report struct {
	Read    int // files that became pictures
	Skipped []Skipped
}

// String tells it for a user, naming at most ten files.
func (r Report) String() string {
	if len(r.Skipped) == 0 {
		return fmt.Sprintf("%d pictures read", r.Read)
	}
	s := fmt.Sprintf("%d pictures read, %d files left out:", r.Read, len(r.Skipped))
	for i, f := range r.Skipped {
		if i == 10 {
			return s + fmt.Sprintf("\n  and %d more", len(r.Skipped)-i)
		}
		s += fmt.Sprintf("\n  %s: %v", f.Name, f.Reason)
	}
	return s
}

func (r *Report) skip(name string, reason error) {
	r.Skipped = append(r.Skipped, Skipped{name, reason})
}

// Bounds of a file and a folder of pictures, so that an archive cannot unpack to more.
const (
	maxPictureBytes = 1 << 28
	maxFolderFiles  = 1 << 21
)

// errNoClass is why a file beside the folders of the classes is skipped.
var errNoClass = errors.New("lies in no folder, which would name its class")

// ReadFolder reads pictures by class, one folder a class, as CLASS/…/NAME.jpg: the kinds of files that Decode reads, at
// any depth. The classes are the folders' names, sorted; a folder without pictures is a class without samples, which
// Check refuses. If the root has nothing but one folder, that is taken for the root. Files that are no pictures, are
// damaged or too large are skipped and reported; names that begin with a dot, and __MACOSX, are passed over.
//
// It returns an error if there is no folder, no picture at all, or more than fits.
func ReadFolder(root fs.FS, o PictureOptions) (*Set, Report, error) {
	var report Report
	o, err := o.defaults()
	if err != nil {
		return nil, report, err
	}
	root, folders, err := classFolders(root, &report)
	if err != nil {
		return nil, report, err
	}
	s := &Set{Shape: []int{o.Height, o.Width, o.Channels}, Classes: folders}
	for class, folder := range folders {
		err := eachFile(root, folder, &report, func(name string) error {
			b, err := readPicture(root, name)
			if err == nil {
				err = s.addPicture(b, o)
			}
			if err != nil {
				report.skip(name, err)
				return nil
			}
			s.Labels = append(s.Labels, int32(class))
			report.Read++
			return s.checkRoom()
		})
		if err != nil {
			return nil, report, err
		}
	}
	if report.Read == 0 {
		return nil, report, fmt.Errorf("%w: none of the files in %d class folders is a picture; %v", ErrFormat, len(folders), report)
	}
	return s, report, s.CheckForm()
}

// classFolders returns the folders of the classes, and the folder they lie in.
func classFolders(root fs.FS, report *Report) (fs.FS, []string, error) {
	at := "."
	for depth := 0; ; depth++ {
		entries, err := fs.ReadDir(root, ".")
		if err != nil {
			return nil, nil, fmt.Errorf("folder of classes: %w", err)
		}
		var folders, files []string
		for _, e := range entries {
			switch {
			case passedOver(e.Name()):
			case e.IsDir():
				folders = append(folders, e.Name())
			default:
				files = append(files, e.Name())
			}
		}
		if len(folders) == 1 && len(files) == 0 && depth < 8 && hasFolders(root, folders[0]) {
			if root, err = fs.Sub(root, folders[0]); err != nil {
				return nil, nil, err
			}
			at = path.Join(at, folders[0])
			continue
		}
		for _, f := range files {
			report.skip(path.Join(at, f), errNoClass)
		}
		if len(folders) == 0 {
			return nil, nil, fmt.Errorf("%w: the folder has no folders: put the pictures of each class into a folder with the class's name", ErrFormat)
		}
		if len(folders) > maxClasses {
			return nil, nil, fmt.Errorf("%w: %d folders, at most %d classes are allowed", ErrTooLarge, len(folders), maxClasses)
		}
		return root, folders, nil
	}
}

func hasFolders(root fs.FS, name string) bool {
	entries, err := fs.ReadDir(root, name)
	return err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.IsDir() && !passedOver(e.Name()) })
}

func passedOver(name string) bool { return strings.HasPrefix(name, ".") || name == "__MACOSX" }

// eachFile calls f with the files of a folder in natural order, see compareNatural, and reports what cannot be listed.
func eachFile(root fs.FS, folder string, report *Report, f func(name string) error) error {
	var names []string
	err := fs.WalkDir(root, folder, func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			report.skip(name, err)
			return fs.SkipDir
		case passedOver(e.Name()) && e.IsDir():
			return fs.SkipDir
		case passedOver(e.Name()) || e.IsDir():
			return nil
		case len(names) == maxFolderFiles:
			return fmt.Errorf("%s: %w: more than %d files", folder, ErrTooLarge, maxFolderFiles)
		}
		names = append(names, name)
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(names, compareNatural)
	for _, name := range names {
		if err := f(name); err != nil {
			return err
		}
	}
	return nil
}

// compareNatural compares names with their numbers as numbers, so that slice 10 comes behind slice 9.
func compareNatural(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		n, m := digits(x), digits(y)
		if n > 0 && m > 0 {
			p, q := strings.TrimLeft(x[:n], "0"), strings.TrimLeft(y[:m], "0")
			if c := cmp.Or(cmp.Compare(len(p), len(q)), cmp.Compare(p, q)); c != 0 {
				return c
			}
			x, y = x[n:], y[m:]
			continue
		}
		if x[0] != y[0] {
			return cmp.Compare(x[0], y[0])
		}
		x, y = x[1:], y[1:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(a, b))
}

// digits returns how many digits s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// readPicture reads a file if it begins like a picture.
func readPicture(root fs.FS, name string) ([]byte, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	head = head[:n]
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !slices.ContainsFunc(codecs, func(c codec) bool { return hasMagic(head, c.magic) }) {
		return nil, notAPicture(head)
	}
	rest, err := io.ReadAll(io.LimitReader(f, maxPictureBytes))
	if err != nil {
		return nil, err
	}
	if len(rest) == maxPictureBytes {
		return nil, fmt.Errorf("%w: more than %d bytes: make the picture smaller first", ErrTooLarge, maxPictureBytes)
	}
	return append(head, rest...), nil
}

// addPicture appends the values of a picture file to the samples.
func (s *Set) addPicture(b []byte, o PictureOptions) error {
	if o.Deep {
		p, err := DecodeDeep(b)
		if err != nil {
			return err
		}
		s.Floats = append(s.Floats, FitDeep(p, o.Height, o.Width, o.Channels)...)
		return nil
	}
	p, err := Decode(b)
	if err != nil {
		return err
	}
	s.Images = append(s.Images, Fit(p, o.Height, o.Width, o.Channels)...)
	return nil
}

// checkRoom returns an error as soon as the samples take more memory than a set may.
func (s *Set) checkRoom() error {
	if n := len(s.Images) + 4*len(s.Floats); n > maxMemoryBytes {
		return fmt.Errorf("%w: the first %d samples take %d bytes, at most %d are allowed: use fewer or smaller ones", ErrTooLarge, len(s.Labels), n, maxMemoryBytes)
	}
	return nil
}
