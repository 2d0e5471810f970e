package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
)

// published is a data set on the web.
type published struct {
	title string
	files []download
	// unpacked are the files that an archive holds, where the files are one.
	unpacked []string
}

// mnistMirrors hold the same files; the first is PyTorch's, the second the authors', which often refuses.
var mnistMirrors = []string{"https://ossci-datasets.s3.amazonaws.com/mnist/", "http://yann.lecun.com/exdb/mnist/"}

func mnistFile(name, md5 string) download {
	d := download{name: name, md5: md5}
	for _, m := range mnistMirrors {
		d.urls = append(d.urls, m+name)
	}
	return d
}

// downloads are the data sets that can be fetched. The checksums are those that torchvision has for MNIST and that
// https://www.cs.toronto.edu/~kriz/cifar.html gives.
var downloads = map[string]published{
	"mnist": {title: "MNIST: 70,000 handwritten digits, 28x28, 11 MB", files: []download{
		mnistFile("train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
		mnistFile("train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432"),
		mnistFile("t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3"),
		mnistFile("t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c"),
	}},
	"cifar10": {title: "CIFAR-10: 60,000 pictures of ten classes, 32x32x3, 162 MB", files: []download{
		{name: "cifar-10-binary.tar.gz", md5: "c32a1d4ab5d03f1284b67883e8d87530",
			urls: []string{"https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"}},
	}, unpacked: []string{"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
		"data_batch_5.bin", "test_batch.bin"}},
}

// complete reports whether the folder has all files.
func (p published) complete(folder string) bool {
	names := p.unpacked
	if names == nil {
		for _, d := range p.files {
			names = append(names, d.name)
		}
	}
	return !slices.ContainsFunc(names, func(n string) bool {
		_, err := os.Stat(filepath.Join(folder, n))
		return err != nil
	})
}

// fetch brings all files into the folder and unpacks them.
func (p published) fetch(ctx context.Context, f *fetcher, folder string) error {
	if p.unpacked != nil && p.complete(folder) {
		return nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, d := range p.files {
		if err := f.fetch(ctx, d, folder); err != nil {
			return err
		}
		if p.unpacked == nil {
			continue
		}
		archive := filepath.Join(folder, d.name)
		if err := unpack(archive, folder, p.unpacked); err != nil {
			return fmt.Errorf("%s: %w", archive, err)
		}
		if err := os.Remove(archive); err != nil {
			return err
		}
	}
	return nil
}

// unpack writes the files called names of a .tar.gz into the folder, wherever in the archive they are.
func unpack(archive, folder string, names []string) error {
	r, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer r.Close()
	z, err := gzip.NewReader(r)
	if err != nil {
		return err
	}
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if name := path.Base(h.Name); h.Typeflag == tar.TypeReg && slices.Contains(names, name) {
			if err := writeWhole(filepath.Join(folder, name), t); err != nil {
				return err
			}
		}
	}
}

// writeWhole writes a file that appears under its name only when all of it is there.
func writeWhole(path string, r io.Reader) error {
	w, err := os.Create(path + ".part")
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	if err = errors.Join(err, w.Close()); err != nil {
		return errors.Join(err, os.Remove(path+".part"))
	}
	return os.Rename(path+".part", path)
}

// cacheFolder returns where a data set is kept.
func cacheFolder(name string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("there is no folder for what is fetched (%w): give one with --to", err)
	}
	return filepath.Join(cache, "fovea", name), nil
}

// dataCommand is what the command data works with.
type dataCommand struct {
	to   string
	json bool
}

// dataJSON says where a data set is.
type dataJSON struct {
	Name   string `json:"name"`
	Title  string `json:"title"`
	Folder string `json:"folder"`
	There  bool   `json:"there"`
}

func newData() *cobra.Command {
	var f dataCommand
	names := []string{"cifar10", "mnist"}
	c := &cobra.Command{
		Use:   "data [mnist|cifar10]",
		Short: "Fetch a data set and verify its checksum, or list what there is",
		Long: `Fetch a data set from its publishers and verify its checksum. What is there already is not fetched again, and a transfer
that broke off goes on where it ended. Without a name, list the sets and where they are. Afterwards, mnist and cifar10
stand for the sets wherever a command takes DATA; a set that was fetched into a folder of your own is given by that.`,
		Example: `  fovea data
  fovea data mnist
  fovea data cifar10 --to data/cifar10`,
		ValidArgs: names,
		Args:      cobra.MatchAll(wantArgs("no data set or the name of one", 0, 1), cobra.OnlyValidArgs),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return f.list(c, names)
			}
			return f.fetch(c, args[0])
		},
	}
	c.Flags().StringVar(&f.to, "to", "", "`folder` to put the files into; without it, one in the user's cache")
	c.Flags().BoolVar(&f.json, "json", false, "print JSON")
	return c
}

func (f dataCommand) folder(name string) (string, error) {
	if f.to != "" {
		return f.to, nil
	}
	return cacheFolder(name)
}

func (f dataCommand) list(c *cobra.Command, names []string) error {
	var all []dataJSON
	for _, name := range names {
		folder, err := f.folder(name)
		if err != nil {
			return err
		}
		all = append(all, dataJSON{name, downloads[name].title, folder, downloads[name].complete(folder)})
	}
	if f.json {
		return printJSON(c.OutOrStdout(), all)
	}
	t := newTable(c.OutOrStdout())
	for _, d := range all {
		where := "not fetched"
		if d.There {
			where = d.Folder
		}
		t.row(d.Name, d.Title, where)
	}
	return t.flush()
}

func (f dataCommand) fetch(c *cobra.Command, name string) error {
	folder, err := f.folder(name)
	if err != nil {
		return err
	}
	bars := &transferBars{out: c.ErrOrStderr()}
	defer bars.end()
	err = downloads[name].fetch(c.Context(), &fetcher{client: http.DefaultClient, progress: bars.show}, folder)
	if err != nil {
		if c.Context().Err() != nil {
			fmt.Fprintln(c.ErrOrStderr(), "what was fetched is kept; call the same again to go on from there")
		}
		return err
	}
	bars.end()
	if f.json {
		return printJSON(c.OutOrStdout(), dataJSON{name, downloads[name].title, folder, true})
	}
	_, err = fmt.Fprintln(c.OutOrStdout(), folder)
	return err
}
