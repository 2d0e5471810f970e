package nn

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/fovea-nn/fovea/nn/plan"
)

// previousSuffix is appended to a checkpoint's path for the one before it.
const previousSuffix = ".previous"

// CheckpointError says that a checkpoint cannot be used.
type CheckpointError struct {
	Path     string
	Previous string // the one saved before it, which is sound; "" if there is none
	Err      error
}

// Error names the file, what is wrong with it and, if there is one, the checkpoint to take instead.
func (e *CheckpointError) Error() string {
	if e.Previous == "" {
		return fmt.Sprintf("nn: checkpoint %s: %v", e.Path, e.Err)
	}
	return fmt.Sprintf("nn: checkpoint %s: %v; the one before it, %s, is sound: load that", e.Path, e.Err, e.Previous)
}

// Unwrap returns what is wrong.
func (e *CheckpointError) Unwrap() error { return e.Err }

// OpenPrevious reads the checkpoint that was saved before the damaged one.
func (e *CheckpointError) OpenPrevious() (*CheckpointFile, error) {
	if e.Previous == "" {
		return nil, e
	}
	return read(e.Previous)
}

// CheckpointFile is a file that has been read and verified. Net.Restore takes its Bytes.
type CheckpointFile struct {
	Path  string
	Saved *Saved
	Bytes []byte
}

// SaveFile saves the net as Save does. The file appears whole or not at all, and the one that was there before stays
// beside it as path + ".previous", whatever interrupts.
func (n *Net) SaveFile(ctx context.Context, path string) error {
	b, err := n.Save(ctx)
	if err != nil {
		return err
	}
	if err := writeFile(path, b); err != nil {
		return fmt.Errorf("nn: save: %w", err)
	}
	return nil
}

// writeFile writes beside path, waits until it is on the disk, and then puts it in place.
func writeFile(path string, b []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(b); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(path, path+previousSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil { // the names, too; not every system can do it
		d.Sync()
		d.Close()
	}
	return nil
}

// OpenCheckpoint reads and verifies a file of SaveFile. If it is missing or damaged the error is a *CheckpointError, which
// offers the one before it where that is sound.
func OpenCheckpoint(path string) (*CheckpointFile, error) {
	c, err := read(path)
	if err == nil {
		return c, nil
	}
	e := &CheckpointError{Path: path, Err: err}
	if previous, err := read(path + previousSuffix); err == nil {
		e.Previous = previous.Path
	}
	return nil, e
}

func read(path string) (*CheckpointFile, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	s, err := Inspect(b)
	if err != nil {
		return nil, err
	}
	return &CheckpointFile{path, s, b}, nil
}

// NewFromFile makes the net of a checkpoint on dev, as Open does.
func NewFromFile(dev plan.Device, c *CheckpointFile) (*Net, error) {
	return Open(dev, c.Bytes, OpenOptions{Seed: uint32(c.Saved.Run.Seed)})
}

// OpenFile is Open of a file. Without OpenOptions.Read, the files beside it are read from its folder. Of a checkpoint that is
// missing or damaged the error is a *CheckpointError where the one before it is sound.
func OpenFile(dev plan.Device, path string, o OpenOptions) (*Net, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, offerPrevious(path, err)
	}
	folder, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	if o.Read == nil {
		o.Read = func(name string) ([]byte, error) { return folder.ReadFile(filepath.FromSlash(name)) }
	}
	n, err := Open(dev, b, o)
	if err != nil {
		return nil, offerPrevious(path, fmt.Errorf("%s: %w", path, err))
	}
	return n, nil
}

// offerPrevious returns err, with which a file could not be opened, or that the file is a damaged checkpoint with a sound one
// before it.
func offerPrevious(path string, err error) error {
	var e *CheckpointError
	if _, damaged := OpenCheckpoint(path); errors.As(damaged, &e) && e.Previous != "" {
		return e
	}
	return err
}
