package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/standalone"
)

// compileFlags are the flags of the command compile.
type compileFlags struct {
	model           modelFlags
	out, html, name string
	half, int8      bool
}

func newCompile() *cobra.Command {
	var f compileFlags
	c := &cobra.Command{
		Use:   "compile MODEL -o DIR",
		Short: "Make a model that runs in web pages, Node.js and edge workers without anything else",
		Long: `Make a model that runs in web pages, Node.js and edge workers without anything else: a WebAssembly module made for this
net, its weights, and a loader of a few KB.

` + modelHelp + `

DIR gets model.wasm and weights.bin, model.relaxed.wasm for engines that have relaxed SIMD, model.js with model.d.ts to load
them, and index.html, a page to try the model. In a script:

  import { load } from "./DIR/model.js";
  const model = await load();
  const [best] = await model.classify(document.querySelector("img"));

The files have to be served, as by "fovea serve DIR". --html makes one file of the page instead, or as well, that works offline
from a double click. With --half and --int8 a weight takes 16 or 8 bits in the files.`,
		Example: `  fovea compile digits.safetensors -o digits
  fovea compile squeezenet.onnx --preprocess torchvision --labels words.txt --half -o squeezenet
  fovea compile digits.safetensors --int8 --html digits.html`,
		Args: wantArgs("one model", 1, 1),
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, args[0]) },
	}
	f.model.add(c)
	c.Flags().StringVarP(&f.out, "output", "o", "", "the folder to write into")
	c.Flags().StringVar(&f.html, "html", "", "a single HTML file to write")
	c.Flags().StringVar(&f.name, "name", "", "what the page calls the model; by default the file's name")
	c.Flags().BoolVar(&f.half, "half", false, "weights of 16 bits")
	c.Flags().BoolVar(&f.int8, "int8", false, "weights of 8 bits, with a scale for each filter")
	return c
}

func (f *compileFlags) run(c *cobra.Command, path string) error {
	switch {
	case f.out == "" && f.html == "":
		return usagef("-o is missing: the folder to write into, as -o model; or --html for one file, as --html model.html")
	case f.half && f.int8:
		return usagef("--half and --int8: choose one")
	}
	ctx := c.Context()
	n, err := f.model.open(ctx, path, &deviceFlags{backend: "cpu", threads: 1})
	if err != nil {
		return err
	}
	defer n.Close()
	base := filepath.Base(path)
	o := standalone.Options{Name: cmp.Or(f.name, strings.TrimSuffix(base, filepath.Ext(base)))}
	if f.half {
		o.Width = nn.Half
	}
	if f.int8 {
		o.Width = nn.Int8
	}
	files, err := standalone.Compile(ctx, n, o)
	if err != nil {
		return err
	}
	written := map[string][]byte{} // by path
	if f.html != "" {
		if written[f.html], err = files.Page(); err != nil {
			return err
		}
	}
	if f.out != "" {
		if err := os.MkdirAll(f.out, 0o755); err != nil {
			return err
		}
		for name, b := range files {
			written[filepath.Join(f.out, name)] = b
		}
	}
	t := newTable(c.OutOrStdout())
	for _, path := range slices.Sorted(maps.Keys(written)) {
		if err := os.WriteFile(path, written[path], 0o644); err != nil {
			return errors.Join(err, t.flush())
		}
		t.row(path, right(10, bytesOf(len(written[path]))))
	}
	if err := t.flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.OutOrStdout(), "%s parameters, %d classes\n", thousands(n.Summary.Parameters), len(n.Classes))
	return err
}
