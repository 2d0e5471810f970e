package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	pathpkg "path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/data/preprocess"
)

// modelHelp explains the argument MODEL.
const modelHelp = `MODEL is a file with weights: one that Fovea saved (.safetensors), an ONNX model, the model.json of TensorFlow.js with its
shards beside it, or, with --zoo NAME, weights of torchvision as safetensors. It may be an address, which is fetched once, resumed
where it broke off, and kept in the cache folder; http://…/net.onnx#md5=SUM verifies it.`

// modelFlags say of a file what it does not say itself.
type modelFlags struct {
	zoo, labels, preprocess string
	size                    []int
}

func (f *modelFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.zoo, "zoo", "", "the published net that a file of weights alone is of, such as resnet18")
	c.Flags().StringVar(&f.labels, "labels", "", "a file with the classes' names, one a line")
	c.Flags().StringVar(&f.preprocess, "preprocess", "", "what happens to pictures before the net: "+strings.Join(preprocess.Names(), ", ")+", or a JSON file")
	c.Flags().IntSliceVar(&f.size, "size", nil, "height and width of pictures, as 224,224, where the model leaves them open")
}

// open reads the file and puts the net onto the device that d opens, which the net owns.
func (f *modelFlags) open(ctx context.Context, path string, d *deviceFlags) (*nn.Net, error) {
	if len(f.size) != 0 && len(f.size) != 2 {
		return nil, usagef("--size: got %v, want height and width, as 224,224", f.size)
	}
	path, err := f.local(ctx, path)
	if err != nil {
		return nil, err
	}
	o := nn.OpenOptions{Zoo: f.zoo, Size: f.size}
	if f.labels != "" {
		text, err := os.ReadFile(f.labels)
		if err != nil {
			return nil, err
		}
		o.Classes = nn.Labels(string(text))
	}
	if f.preprocess != "" {
		p, err := f.prepared()
		if err != nil {
			return nil, err
		}
		o.Preprocess = &p
	}
	dev, err := d.open(ctx)
	if err != nil {
		return nil, err
	}
	n, err := nn.OpenFile(dev, path, o)
	if err != nil {
		return nil, errors.Join(err, dev.Close())
	}
	return n, nil
}

// local fetches a model that is named by its address, and returns its path.
func (f *modelFlags) local(ctx context.Context, path string) (string, error) {
	if !isAddress(path) {
		return path, nil
	}
	u, err := url.Parse(path)
	if err != nil {
		return "", usagef("%s is no address: %v", path, err)
	}
	sum, _ := strings.CutPrefix(u.Fragment, "md5=")
	u.Fragment = ""
	folder, err := cacheFolder(filepath.Join("models", fmt.Sprintf("%x", sha256.Sum256([]byte(u.String())))[:16]))
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	name := pathpkg.Base(u.Path)
	if name == "." || name == "/" {
		name = "model"
	}
	bars := &transferBars{out: os.Stderr}
	defer bars.end()
	get := &fetcher{client: http.DefaultClient, progress: bars.show}
	return filepath.Join(folder, name), get.fetch(ctx, download{name: name, md5: sum, urls: []string{u.String()}}, folder)
}

// prepared reads --preprocess: a name, made to fit --size, or a file.
func (f *modelFlags) prepared() (preprocess.Preprocess, error) {
	p, err := preprocess.Named(f.preprocess)
	if err == nil {
		if len(f.size) == 2 {
			p = p.Sized(f.size[0], f.size[1])
		}
		return p, nil
	}
	b, fileErr := os.ReadFile(f.preprocess)
	if fileErr != nil {
		return p, usagef("--preprocess: %v, and no file: %v", err, fileErr)
	}
	if !json.Valid(b) {
		return p, usagef("--preprocess: %s holds no JSON", f.preprocess)
	}
	return preprocess.Parse(b)
}
