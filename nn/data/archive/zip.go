package archive

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"

	"github.com/fovea-nn/fovea/nn/data"
)

// zipRatio is how many times its size an archive may unpack to, beside a constant: pictures are packed already, and an
// archive that claims more is one that was made to fill a memory.
const (
	zipRatio = 20
	zipExtra = 1 << 28
)

// maxFiles bounds the list of an archive's files.
const maxFiles = 1 << 21

// ReadPictures reads pictures by class: data.ReadFolder of the archive's content. It returns an error for an archive that
// is damaged, has a password, or unpacks to far more than its own size.
func ReadPictures(b []byte, o data.PictureOptions) (*data.Set, data.Report, error) {
	return read(b, func(root fs.FS) (*data.Set, data.Report, error) { return data.ReadFolder(root, o) })
}

// ReadVolumes reads stacks of slices by class: data.ReadVolumes of the archive's content. Errors are as those of
// ReadPictures.
func ReadVolumes(b []byte, o data.VolumeOptions) (*data.Set, data.Report, error) {
	return read(b, func(root fs.FS) (*data.Set, data.Report, error) { return data.ReadVolumes(root, o) })
}

func read(b []byte, read func(fs.FS) (*data.Set, data.Report, error)) (*data.Set, data.Report, error) {
	root, err := openZip(b)
	if err != nil {
		return nil, data.Report{}, err
	}
	return root.read(read)
}

// read lets read have the files, and tells if they were too much.
func (b *boundedFS) read(read func(fs.FS) (*data.Set, data.Report, error)) (*data.Set, data.Report, error) {
	s, report, err := read(b)
	if b.left < 0 {
		return nil, report, errBomb
	}
	return s, report, err
}

func openZip(b []byte) (*boundedFS, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, fmt.Errorf("ZIP archive: %w: %w: it is cut off or none; fetch or pack it again", data.ErrFormat, err)
	}
	if len(z.File) > maxFiles {
		return nil, fmt.Errorf("ZIP archive: %w: %d files, at most %d are read", data.ErrTooLarge, len(z.File), maxFiles)
	}
	for _, f := range z.File {
		if f.Flags&1 != 0 {
			return nil, fmt.Errorf("ZIP archive: %s: %w: it has a password: pack it without", f.Name, data.ErrFormat)
		}
	}
	return &boundedFS{FS: z, left: int64(len(b))*zipRatio + zipExtra}, nil
}

// errBomb is what becomes of an archive that unpacks to too much.
var errBomb = fmt.Errorf("ZIP archive: %w: it unpacks to more than %d times its size: unpack it yourself and choose the pictures that are meant", data.ErrTooLarge, zipRatio)

// boundedFS gives no more than so many bytes of all its files together.
type boundedFS struct {
	fs.FS
	left int64
}

func (b *boundedFS) Open(name string) (fs.File, error) {
	if b.left < 0 {
		return nil, errBomb
	}
	f, err := b.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if d, ok := f.(fs.ReadDirFile); ok {
		return d, nil
	}
	return boundedFile{f, b}, nil
}

type boundedFile struct {
	fs.File
	fs *boundedFS
}

func (f boundedFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	if f.fs.left -= int64(n); f.fs.left < 0 {
		return 0, errBomb
	}
	return n, err
}
