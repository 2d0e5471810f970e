package data

import (
	"fmt"
	"io/fs"
	"path"
)

// VolumeOptions say what stacks of slices become.
type VolumeOptions struct {
	PictureOptions     // of each slice
	Depth          int // slices of a sample, taken evenly from those that are there; 0: as many as the first stack has
}

// ReadVolumes reads stacks of slices by class, the slices of a CT scan or the frames of a video: a folder of pictures is
// one sample, as CLASS/SAMPLE/NAME.png, its files being the slices in natural order (9 before 10). With Depth, slice i of a
// sample is number ⌊(i+½)·n/Depth⌋ of the n there are. Samples have the shape [D,H,W,C].
//
// A stack with a file that is no picture, or with another number of slices where Depth is 0, is skipped as a whole and
// reported; all else is as in ReadFolder.
func ReadVolumes(root fs.FS, o VolumeOptions) (*Set, Report, error) {
	var report Report
	var err error
	if o.PictureOptions, err = o.PictureOptions.defaults(); err != nil {
		return nil, report, err
	}
	if o.Depth < 0 || o.Depth > 1<<14 {
		return nil, report, fmt.Errorf("data: volumes: got depth %d, want 1 to %d, or 0 for that of the first stack", o.Depth, 1<<14)
	}
	root, folders, err := volumeFolders(root, &report)
	if err != nil {
		return nil, report, err
	}
	s := &Set{Classes: folders}
	for class, folder := range folders {
		entries, err := fs.ReadDir(root, folder)
		if err != nil {
			return nil, report, fmt.Errorf("%s: %w", folder, err)
		}
		for _, e := range entries {
			name := path.Join(folder, e.Name())
			switch {
			case passedOver(e.Name()):
				continue
			case !e.IsDir():
				report.skip(name, fmt.Errorf("lies in no folder of a sample: put the slices of each into a folder, as %s/1/%s", folder, e.Name()))
				continue
			}
			n, err := s.addVolume(root, name, o)
			if err != nil {
				report.skip(name, err)
				continue
			}
			s.Labels = append(s.Labels, int32(class))
			report.Read += n
			if err := s.checkRoom(); err != nil {
				return nil, report, err
			}
		}
	}
	if len(s.Labels) == 0 {
		return nil, report, fmt.Errorf("%w: none of the folders CLASS/SAMPLE has a stack of pictures; %v", ErrFormat, report)
	}
	return s, report, s.CheckForm()
}

// volumeFolders is classFolders, but a single class folder with samples is none to go into.
func volumeFolders(root fs.FS, report *Report) (fs.FS, []string, error) {
	entries, err := fs.ReadDir(root, ".")
	if err != nil {
		return nil, nil, fmt.Errorf("folder of classes: %w", err)
	}
	var names []string
	for _, e := range entries {
		switch {
		case passedOver(e.Name()):
		case e.IsDir():
			names = append(names, e.Name())
		default:
			report.skip(e.Name(), errNoClass)
		}
	}
	if len(names) == 1 && len(report.Skipped) == 0 && nested(root, names[0]) {
		if root, err = fs.Sub(root, names[0]); err != nil {
			return nil, nil, err
		}
		return volumeFolders(root, report)
	}
	if len(names) == 0 || len(names) > maxClasses {
		return nil, nil, fmt.Errorf("%w: the folder has %d folders, want 1 to %d, one a class, with one for each sample inside", ErrFormat, len(names), maxClasses)
	}
	return root, names, nil
}

// nested reports whether folders lie in the folders of a folder, as samples do in classes.
func nested(root fs.FS, name string) bool {
	entries, err := fs.ReadDir(root, name)
	if err != nil {
		return false
	}
	for _, e := range entries {
		if e.IsDir() && !passedOver(e.Name()) && hasFolders(root, path.Join(name, e.Name())) {
			return true
		}
	}
	return false
}

// addVolume appends the slices of a folder to the samples, all or none, and returns how many it took.
func (s *Set) addVolume(root fs.FS, folder string, o VolumeOptions) (slices int, err error) {
	var report Report
	var names []string
	err = eachFile(root, folder, &report, func(name string) error {
		names = append(names, name)
		return nil
	})
	if err != nil {
		return 0, err
	}
	if len(report.Skipped) > 0 {
		return 0, report.Skipped[0].Reason
	}
	depth := o.Depth
	if depth == 0 && len(s.Labels) > 0 {
		depth = s.Shape[0]
	}
	if len(names) == 0 {
		return 0, fmt.Errorf("%w: the folder has no slices", ErrFormat)
	}
	if depth == 0 {
		depth = len(names)
	}
	if o.Depth == 0 && len(names) != depth {
		return 0, fmt.Errorf("%w: got %d slices, want %d as in the first stack: set Depth to take so many of each", ErrFormat, len(names), depth)
	}
	part := Set{}
	for i := range depth {
		name := names[(2*i+1)*len(names)/(2*depth)]
		b, err := readPicture(root, name)
		if err == nil {
			err = part.addPicture(b, o.PictureOptions)
		}
		if err == nil {
			err = part.checkRoom()
		}
		if err != nil {
			return 0, fmt.Errorf("%s: %w", path.Base(name), err)
		}
	}
	s.Images, s.Floats = append(s.Images, part.Images...), append(s.Floats, part.Floats...)
	s.Shape = []int{depth, o.Height, o.Width, o.Channels}
	return depth, nil
}
