package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/data"
)

// classifyFlags are the flags of the command classify.
type classifyFlags struct {
	model  modelFlags
	device deviceFlags
	top    int
	batch  int
	json   bool
}

func newClassify() *cobra.Command {
	var f classifyFlags
	c := &cobra.Command{
		Use:   "classify MODEL IMAGE...",
		Short: "Tell what pictures show",
		Long: `Tell what pictures show: the most probable classes of each.

` + modelHelp + `

IMAGE is a file, a folder, of which all pictures are taken, or an address that begins with http:// or https://.
Many pictures are computed on the faster of simd and cpu, unless --backend says which. A picture that cannot be read is told on the error output, the others go on, and the exit code is 1.`,
		Example: `  fovea classify net.safetensors cat.jpg dog.png
  fovea classify squeezenet.onnx --preprocess caffe --labels words.txt photos/ --json
  fovea classify resnet18.safetensors --zoo resnet18 https://example.org/cat.jpg`,
		Args: wantArgs("a model and one or more pictures", 2, 1<<20),
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, args[0], args[1:]) },
	}
	f.model.add(c)
	f.device.add(c)
	c.Flags().IntVar(&f.top, "top", 5, "how many classes of each")
	c.Flags().IntVar(&f.batch, "batch", 8, "pictures that are computed at once")
	c.Flags().BoolVar(&f.json, "json", false, "print a line of JSON a picture")
	return c
}

// seen is a picture on its way: its bytes as the net takes them, or why there are none.
type seen struct {
	name   string
	pixels []byte
	err    error
}

func (f *classifyFlags) run(c *cobra.Command, model string, args []string) error {
	if f.top < 1 || f.batch < 1 {
		return usagef("--top %d, --batch %d: want 1 or more", f.top, f.batch)
	}
	ctx, stop := context.WithCancel(c.Context())
	defer stop()
	names, err := listPictures(args)
	if err != nil {
		return err
	}
	n, err := f.open(c, model, len(names))
	if err != nil {
		return err
	}
	defer n.Close()
	if len(n.Summary.Places) > 0 {
		return fmt.Errorf("%s tells the classes of places, not of a picture; fovea draw shows how it ends", model)
	}
	failed := 0
	var batch []seen
	flush := func() error {
		err := f.answer(ctx, c.OutOrStdout(), n, batch)
		batch = batch[:0]
		return err
	}
	for s := range prepared(ctx, n, names) {
		p := <-s
		if p.err != nil {
			failed++
			fmt.Fprintf(c.ErrOrStderr(), "%s: %v\n", p.name, p.err)
			continue
		}
		if batch = append(batch, p); len(batch) == f.batch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d pictures could not be read", failed, len(names))
	}
	return nil
}

// worthTrial is how many pictures make up for finding out which backend is faster.
const worthTrial = 64

// open opens the model on the backend that was asked for or, for many pictures, on the faster one: pure Go has the processor's wide
// vectors where it was compiled for them, SIMD better ways to convolve.
func (f *classifyFlags) open(c *cobra.Command, model string, count int) (*nn.Net, error) {
	ctx := c.Context()
	if c.Flags().Changed("backend") || count < worthTrial {
		return f.model.open(ctx, model, &f.device)
	}
	var best *nn.Net
	least := time.Duration(0)
	for _, backend := range []string{"simd", "cpu"} {
		n, err := f.model.open(ctx, model, &deviceFlags{backend: backend, threads: f.device.threads})
		if err != nil {
			return nil, errors.Join(err, closed(best))
		}
		t, err := f.trial(ctx, n)
		if err != nil {
			return nil, errors.Join(err, n.Close(), closed(best))
		}
		if best != nil && t >= least {
			if err := n.Close(); err != nil {
				return nil, err
			}
			continue
		}
		if err := closed(best); err != nil {
			return nil, err
		}
		best, least = n, t
	}
	return best, nil
}

func closed(n *nn.Net) error {
	if n == nil {
		return nil
	}
	return n.Close()
}

// trial returns how long a batch takes, compiling apart.
func (f *classifyFlags) trial(ctx context.Context, n *nn.Net) (time.Duration, error) {
	size := 1
	for _, d := range n.Summary.Input {
		size *= d
	}
	pixels := make([]byte, f.batch*size)
	if _, err := n.PredictBatch(ctx, pixels, f.batch); err != nil {
		return 0, err
	}
	began := time.Now()
	_, err := n.PredictBatch(ctx, pixels, f.batch)
	return time.Since(began), err
}

// answer computes a batch. One that is not full is filled up, as each size is compiled anew.
func (f *classifyFlags) answer(ctx context.Context, out io.Writer, n *nn.Net, batch []seen) error {
	if len(batch) == 0 {
		return nil
	}
	count := f.batch
	if len(batch) == 1 {
		count = 1
	}
	size := len(batch[0].pixels)
	pixels := make([]byte, count*size)
	for i, p := range batch {
		copy(pixels[i*size:], p.pixels)
	}
	probs, err := n.PredictBatch(ctx, pixels, count)
	if err != nil {
		return err
	}
	classes := len(n.Classes)
	for i, p := range batch {
		top := n.Top(probs[i*classes:(i+1)*classes], f.top)
		if err := f.print(out, p.name, top); err != nil {
			return err
		}
	}
	return nil
}

func (f *classifyFlags) print(out io.Writer, name string, top []nn.Prediction) error {
	if f.json {
		b, err := json.Marshal(struct {
			Image       string          `json:"image"`
			Predictions []nn.Prediction `json:"predictions"`
		}{name, top})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "%s\n", b)
		return err
	}
	var parts []string
	for _, p := range top {
		parts = append(parts, fmt.Sprintf("%s %.1f %%", p.Name, 100*p.Probability))
	}
	_, err := fmt.Fprintf(out, "%s: %s\n", name, strings.Join(parts, ", "))
	return err
}

// prepared decodes and prepares pictures on all processors, a few ahead of who reads them, and yields them in order.
func prepared(ctx context.Context, n *nn.Net, names []string) <-chan chan seen {
	out := make(chan chan seen, 4*runtime.GOMAXPROCS(0))
	workers := make(chan struct{}, runtime.GOMAXPROCS(0))
	go func() {
		defer close(out)
		for _, name := range names {
			one := make(chan seen, 1)
			select {
			case out <- one:
			case <-ctx.Done():
				return
			}
			workers <- struct{}{}
			go func() {
				defer func() { <-workers }()
				s := seen{name: name}
				var pic *data.Picture
				if pic, s.err = load(ctx, name); s.err == nil {
					s.pixels, s.err = n.Pixels(pic)
				}
				one <- s
			}()
		}
	}()
	return out
}

// maxPictureBytes bounds a picture that comes from the network.
const maxPictureBytes = 64 << 20

// load reads and decodes a picture from a file or an address.
func load(ctx context.Context, name string) (*data.Picture, error) {
	if !isAddress(name) {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		return data.Decode(b)
	}
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, name, nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server says %s", res.Status)
	}
	b, err := io.ReadAll(io.LimitReader(res.Body, maxPictureBytes+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxPictureBytes {
		return nil, fmt.Errorf("the picture has more than %d MiB", maxPictureBytes>>20)
	}
	return data.Decode(b)
}

func isAddress(name string) bool {
	return strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://")
}

// pictureEnds are the ends of names that are taken from folders.
var pictureEnds = []string{".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff"}

// listPictures lists files and addresses; of folders all pictures in them, by name.
func listPictures(args []string) ([]string, error) {
	var names []string
	for _, arg := range args {
		if isAddress(arg) {
			names = append(names, arg)
			continue
		}
		info, err := os.Stat(arg)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			names = append(names, arg)
			continue
		}
		before := len(names)
		err = filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && slices.Contains(pictureEnds, strings.ToLower(filepath.Ext(path))) {
				names = append(names, path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(names) == before {
			return nil, fmt.Errorf("%s holds no pictures (%s)", arg, strings.Join(pictureEnds, " "))
		}
	}
	return names, nil
}
