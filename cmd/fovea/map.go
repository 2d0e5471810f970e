package main

import (
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/dense"
)

// mapFlags are the flags of the command map.
type mapFlags struct {
	model           modelFlags
	device          deviceFlags
	shorter, stride int
	top             int
	class, out      string
	high            float64
	json            bool
}

func newMap() *cobra.Command {
	var f mapFlags
	c := &cobra.Command{
		Use:   "map MODEL IMAGE -o MAP.png",
		Short: "Draw over a picture where a classifier sees a class",
		Long: `Let a classifier look at every window of a picture at once, print its mean probabilities over the windows, and draw those of the
most probable class, or of --class, over the picture: nothing where the class is not, yellow where it surely is. The net becomes
fully convolutional for it, so it must have a text: one that Fovea saved, or weights of the zoo.

` + modelHelp + `

IMAGE is a file or an address. It is scaled until its shorter side has --shorter pixels; the smaller the windows are against that,
the smaller are the things that they show. Padding inside the net makes a window's probabilities others than it has alone.`,
		Example: `  fovea map resnet18.safetensors cat.jpg --zoo resnet18 --labels imagenet.txt -o map.png
  fovea map net.safetensors street.jpg --shorter 512 --stride 16 --class car -o cars.png --json`,
		Args: wantArgs("a model and a picture", 2, 2),
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, args[0], args[1]) },
	}
	f.model.add(c)
	f.device.add(c)
	c.Flags().IntVar(&f.shorter, "shorter", 384, "what the picture's shorter side becomes, in pixels")
	c.Flags().IntVar(&f.stride, "stride", 0, "pixels between windows: a divisor of the net's stride, which 0 means; a half takes four times as long")
	c.Flags().StringVar(&f.class, "class", "", "the class to draw, by its name or number; without it the most probable")
	c.Flags().Float64Var(&f.high, "high", 1, "the probability that gets the last colour, up to 1; a smaller one shows what is faint")
	c.Flags().IntVar(&f.top, "top", 3, "how many classes to print")
	c.Flags().StringVarP(&f.out, "output", "o", "", "`file` for the drawing (.png)")
	c.Flags().BoolVar(&f.json, "json", false, "print JSON, with the class's probability at every place")
	return c
}

func (f *mapFlags) check() error {
	switch {
	case f.out == "" && !f.json:
		return usagef("-o is missing: the file to draw into, as map.png")
	case f.out != "" && strings.ToLower(filepath.Ext(f.out)) != ".png":
		return usagef("-o %s: want a name that ends with .png", f.out)
	case !(f.high > 0 && f.high <= 1):
		return usagef("--high: got %g, want a probability above 0 and up to 1", f.high)
	case f.shorter < 1 || f.stride < 0 || f.top < 1:
		return usagef("--shorter %d, --stride %d, --top %d: want 1 or more, and a stride of 0 or more", f.shorter, f.stride, f.top)
	}
	return checkFolder("--output", f.out)
}

func (f *mapFlags) run(c *cobra.Command, model, picture string) error {
	if err := f.check(); err != nil {
		return err
	}
	ctx := c.Context()
	pic, err := load(ctx, picture)
	if err != nil {
		return fmt.Errorf("%s: %w", picture, err)
	}
	n, err := f.model.open(ctx, model, &deviceFlags{backend: "cpu", threads: 1}) // it gives its weights alone
	if err != nil {
		return err
	}
	defer n.Close()
	dev, err := f.device.open(ctx)
	if err != nil {
		return err
	}
	defer dev.Close()
	m, err := n.ClassMap(ctx, dev, pic, nn.ClassMapOptions{Shorter: f.shorter, Stride: f.stride})
	if err != nil {
		return fmt.Errorf("%s: %w", model, err)
	}
	scores, err := dense.Scores(m.Map)
	if err != nil {
		return err
	}
	top := n.Top(scores, f.top)
	class := top[0].Class
	if f.class != "" {
		if class, err = findClass(n.Classes, f.class); err != nil {
			return err
		}
	}
	if err := f.draw(m, class); err != nil {
		return err
	}
	r := mapOf(m, class)
	r.Image, r.Class, r.File, r.Predictions = picture, n.Classes[class], f.out, top
	if f.json {
		return printJSON(c.OutOrStdout(), r)
	}
	return writeMap(c.OutOrStdout(), r)
}

// findClass finds a class by its name or, if there is no such name, by its number.
func findClass(classes []string, want string) (int, error) {
	if i := slices.Index(classes, want); i >= 0 {
		return i, nil
	}
	if i, err := strconv.Atoi(want); err == nil && i >= 0 && i < len(classes) {
		return i, nil
	}
	return 0, usagef("--class: got %q, want one of %s, or its number from 0 on", want, someOf(classes))
}

// draw writes the map of a class over the picture.
func (f *mapFlags) draw(m *nn.ClassMap, class int) error {
	if f.out == "" {
		return nil
	}
	drawn, err := dense.Heat{High: f.high}.Draw(m.Picture, m.Map, class, m.Geometry)
	if err != nil {
		return err
	}
	return writePNG(f.out, drawn)
}

func writePNG(path string, img image.Image) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := png.Encode(file, img); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}

// mapJSON is a class map. Lengths and places are in pixels of the picture as the net saw it.
type mapJSON struct {
	Image         string          `json:"image"`
	Height        int             `json:"height"` // of the picture
	Width         int             `json:"width"`
	Predictions   []nn.Prediction `json:"predictions"` // mean over the windows
	Class         string          `json:"class"`       // the one that follows, and that is drawn
	File          string          `json:"file,omitempty"`
	Window        [2]int          `json:"window"` // height and width
	Stride        [2]int          `json:"stride"`
	Best          bestJSON        `json:"best"`
	Probabilities [][]float32     `json:"probabilities"` // [row][column]
}

// bestJSON is the window in which the class is most probable.
type bestJSON struct {
	Probability float32 `json:"probability"`
	Left        int     `json:"left"`
	Top         int     `json:"top"`
}

func mapOf(m *nn.ClassMap, class int) mapJSON {
	g := m.Geometry
	r := mapJSON{Height: m.Picture.Rect.Dy(), Width: m.Picture.Rect.Dx(), Window: g.Window, Stride: g.Stride, Best: bestJSON{Probability: -1}}
	for row := range m.Height {
		var line []float32
		for column := range m.Width {
			p := m.At(row, column)[class]
			if line = append(line, p); p > r.Best.Probability {
				at := g.WindowAt(row, column).Min
				r.Best = bestJSON{p, at.X, at.Y}
			}
		}
		r.Probabilities = append(r.Probabilities, line)
	}
	return r
}

func writeMap(out io.Writer, r mapJSON) error {
	var parts []string
	for _, p := range r.Predictions {
		parts = append(parts, fmt.Sprintf("%s %.1f %%", p.Name, 100*p.Probability))
	}
	fmt.Fprintf(out, "%s: %s\n", r.Image, strings.Join(parts, ", "))
	_, err := fmt.Fprintf(out, "%s: %s over %dx%d windows of %dx%d pixels in %dx%d, at most %.1f %%, %d from the left and %d from the top\n",
		r.File, r.Class, len(r.Probabilities), len(r.Probabilities[0]), r.Window[0], r.Window[1], r.Height, r.Width,
		100*r.Best.Probability, r.Best.Left, r.Best.Top)
	return err
}
