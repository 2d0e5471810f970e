package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
)

// convertFlags are the flags of the command convert.
type convertFlags struct {
	model      modelFlags
	out        string
	half, int8 bool
	calibrate  []string
	dense      []int
}

func newConvert() *cobra.Command {
	var f convertFlags
	c := &cobra.Command{
		Use:   "convert MODEL -o FILE",
		Short: "Write a model in another format, or with fewer bits",
		Long: `Write a model in another format, by the end of FILE's name: .safetensors is Fovea's own file, .onnx is for all others.

` + modelHelp + `

The names of the classes and the preprocessing go along. With --half and --int8 a weight takes 16 or 8 bits in Fovea's own file,
which is then two or four times smaller; they become ordinary numbers again when the file is opened.

With --int8 --calibrate PICTURES the model computes with numbers of 8 bits, too, which is faster: convolutions and fully connected
layers read bytes, for the range of numbers that those pictures give them. PICTURES are files and folders of pictures, which the
model's own preprocessing prepares, or a data set as eval takes it, such as the model is for and of all its classes; some hundred
will do, and of more as many are taken. Such a model may be written to .onnx, too. It is for prediction, not for further training.`,
		Example: `  fovea convert net.onnx -o net.safetensors --preprocess torchvision --labels words.txt
  fovea convert resnet18.safetensors --zoo resnet18 -o resnet18.onnx
  fovea convert net.safetensors --int8 -o small.safetensors
  fovea convert resnet18.onnx --int8 --calibrate photos/ -o fast.onnx
  fovea convert net.safetensors --dense 384,384 -o map.safetensors`,
		Args: wantArgs("one model", 1, 1),
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, args[0]) },
	}
	f.model.add(c)
	c.Flags().StringVarP(&f.out, "output", "o", "", "the file to write")
	c.Flags().BoolVar(&f.half, "half", false, "weights of 16 bits")
	c.Flags().IntSliceVar(&f.dense, "dense", nil, "make it fully convolutional, for pictures of height,width: it then tells a class at every place")
	c.Flags().BoolVar(&f.int8, "int8", false, "weights of 8 bits, with a scale for each filter")
	c.Flags().StringSliceVar(&f.calibrate, "calibrate", nil, "with --int8: compute in 8 bits, by the ranges that `PICTURES` give")
	return c
}

func (f *convertFlags) run(c *cobra.Command, path string) error {
	end := strings.ToLower(filepath.Ext(f.out))
	switch {
	case f.out == "":
		return usagef("-o is missing: the file to write, as net.onnx or net.safetensors")
	case end != ".onnx" && end != ".safetensors":
		return usagef("-o %s: want a name that ends with .onnx or .safetensors", f.out)
	case len(f.dense) != 0 && len(f.dense) != 2:
		return usagef("--dense: got %v, want height and width, as 384,384", f.dense)
	case f.half && f.int8:
		return usagef("--half and --int8: choose one")
	case f.calibrate != nil && !f.int8:
		return usagef("--calibrate is for --int8")
	case end == ".onnx" && (f.half || f.int8 && f.calibrate == nil):
		return usagef("--half and --int8 are for .safetensors; with --calibrate, --int8 is for .onnx too")
	case f.dense != nil && f.calibrate != nil:
		return usagef("--dense and --calibrate: make the net fully convolutional first, and calibrate the file")
	}
	ctx := c.Context()
	n, err := f.model.open(ctx, path, &deviceFlags{backend: "cpu", threads: 1})
	if err != nil {
		return err
	}
	defer func() { n.Close() }()
	if f.dense != nil {
		d, err := n.Dense(ctx, cpu.New(1), f.dense[0], f.dense[1])
		if err != nil {
			return err
		}
		n.Close()
		n = d
	}
	parameters := n.Summary.Parameters
	if f.calibrate != nil {
		q, err := f.quantised(ctx, n)
		if err != nil {
			return err
		}
		n.Close()
		n = q
	}
	var b []byte
	switch {
	case end == ".onnx":
		b, err = n.ONNX(ctx)
	case f.half:
		b, err = n.SaveCompact(ctx, nn.Half)
	case f.calibrate != nil:
		b, err = n.SaveCompact(ctx, nn.Float)
	case f.int8:
		b, err = n.SaveCompact(ctx, nn.Int8)
	default:
		b, err = n.Save(ctx)
	}
	if err != nil {
		return err
	}
	if err := os.WriteFile(f.out, b, 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.OutOrStdout(), "%s: %s, %s parameters, %d classes\n", f.out, bytesOf(len(b)), thousands(parameters), len(n.Classes))
	return err
}
