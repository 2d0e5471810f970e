package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// featuresFlags are the flags of the command features.
type featuresFlags struct {
	evalFlags
	layer, out, labelsOut string
}

func newFeatures() *cobra.Command {
	var f featuresFlags
	c := &cobra.Command{
		Use:   "features MODEL DATA --layer NAME -o OUT.npy",
		Short: "Write what a layer of a trained net gives for each sample, as a NumPy file",
		Long: `Write what a layer gives for each sample of a data set into a .npy file, an array f32 [samples, values]. A map [H,W,C] becomes
a vector of H·W·C values, channels fastest. The layer is given by its name, by what its parameters are called by (conv2), or, of
a net with a text, by its number in fovea summary.

` + modelHelp + `

` + dataHelp + preparedHelp,
		Example: `  fovea features mnist.safetensors mnist --layer conv2 -o conv2.npy
  fovea features net.safetensors photos/ --layer 7 -o features.npy --labels-output labels.npy
  fovea features resnet18.safetensors --zoo resnet18 photos/ --layer 61 -o features.npy`,
		Args: wantArgs("a model and a data set", 2, 2),
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, args[0], args[1]) },
	}
	f.model.add(c)
	f.data.add(c)
	f.device.add(c)
	f.addPart(c)
	c.Flags().StringVar(&f.layer, "layer", "", "the layer: its name, what its parameters are called by, or its number")
	c.Flags().StringVarP(&f.out, "output", "o", "", "`file` for the features (.npy)")
	c.Flags().StringVar(&f.labelsOut, "labels-output", "", "`file` for the labels (.npy), i32 [samples]")
	c.Flags().BoolVar(&f.json, "json", false, "print JSON")
	return c
}

// featuresJSON says what was written.
type featuresJSON struct {
	Layer string `json:"layer"`
	File  string `json:"file"`
	Shape []int  `json:"shape"`
}

func (f *featuresFlags) run(c *cobra.Command, model, dataArg string) error {
	switch {
	case f.layer == "":
		return usagef("name the layer with --layer; fovea summary %s lists them", model)
	case f.out == "":
		return usagef("name the file to write with -o, as in -o features.npy")
	}
	for flag, path := range map[string]string{"--output": f.out, "--labels-output": f.labelsOut} {
		if path != "" && strings.ToLower(filepath.Ext(path)) != ".npy" {
			return usagef("%s: got %q, want a file that ends in .npy", flag, path)
		}
		if err := checkFolder(flag, path); err != nil {
			return err
		}
	}
	n, set, err := f.open(c, model, dataArg)
	if err != nil {
		return err
	}
	defer n.Close()
	v, err := n.Features(c.Context(), set, f.layer)
	if err != nil {
		return err
	}
	shape := []int{v.Count, v.Size}
	if err := writeNPY(f.out, "<f4", shape, v.Values); err != nil {
		return err
	}
	if f.labelsOut != "" {
		if err := writeNPY(f.labelsOut, "<i4", append([]int{set.Len()}, set.LabelShape...), set.Labels); err != nil {
			return err
		}
	}
	if f.json {
		return printJSON(c.OutOrStdout(), featuresJSON{f.layer, f.out, shape})
	}
	_, err = fmt.Fprintf(c.OutOrStdout(), "%s: %d samples of %d values\n", f.out, v.Count, v.Size)
	return err
}

// writeNPY writes an array in NumPy's format; kind is its name for the element type.
//
// Format: NumPy Enhancement Proposal 1, version 1.0: the magic bytes, the header's length in 2 bytes, the header, padded so
// that the elements begin at a multiple of 64 bytes, and the elements.
func writeNPY[T float32 | int32](path, kind string, shape []int, values []T) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	return errors.Join(encodeNPY(w, kind, shape, values), w.Flush(), f.Close())
}

func encodeNPY[T float32 | int32](w io.Writer, kind string, shape []int, values []T) error {
	const prefix = 10 // the bytes before the header
	var axes strings.Builder
	for _, n := range shape {
		fmt.Fprintf(&axes, "%d, ", n)
	}
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", kind, strings.TrimSuffix(axes.String(), " "))
	header += strings.Repeat(" ", 63-(prefix+len(header))%64) + "\n"
	begin := binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"), uint16(len(header)))
	if _, err := w.Write(append(begin, header...)); err != nil {
		return err
	}
	return binary.Write(w, binary.LittleEndian, values)
}
