package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fovea-nn/fovea/nn/spec"
)

func newDraw() *cobra.Command {
	var net netFlags
	file := ""
	c := &cobra.Command{
		Use:   "draw NET",
		Short: "Draw a net's layers as an SVG file",
		Long: `Draw a net's layers from the input down, with the shapes of their outputs; paths stand side by side, side heads on dashed
lines. Activations, normalisation and dropout are in the box of the layer before them. The drawing is 800 pixels wide, and
dark where the reader prefers that.

` + netHelp,
		Example: `  fovea draw zoo:googlenet -o googlenet.svg
  fovea draw @net.txt > net.svg`,
		Args: wantArgs("one net; put its text in quotes", 1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			src, err := net.read(args[0], c.InOrStdin())
			if err != nil {
				return err
			}
			svg, err := drawNet(src)
			if err != nil {
				return err
			}
			if file == "" {
				_, err = io.WriteString(c.OutOrStdout(), svg)
				return err
			}
			if err := checkFolder("--output", file); err != nil {
				return err
			}
			return os.WriteFile(file, []byte(svg), 0o644)
		},
	}
	net.add(c)
	c.Flags().StringVarP(&file, "output", "o", "", "`file` for the drawing (.svg); without it, the standard output")
	return c
}

func drawNet(src source) (string, error) {
	n, err := spec.Parse(src.text)
	if err != nil {
		return "", src.explain(err)
	}
	s, _, err := describe(src, 1)
	if err != nil {
		return "", err
	}
	title := "Architecture of a net"
	if name, ok := strings.CutPrefix(src.name, "zoo:"); ok {
		title = "Architecture of " + name
	}
	r := summaryOf(s, n.Layers)
	description := fmt.Sprintf("%d layers from an input of %s to %d classes, %s parameters: %s",
		len(s.Layers), sizes(s.Input), s.Classes, thousands(r.Parameters), s.Text)
	return drawSVG(diagramOf(n, s), title, description), nil
}
