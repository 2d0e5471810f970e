package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/fovea-nn/fovea/nn/zoo"
)

// zooJSON is a published net.
type zooJSON struct {
	Name           string `json:"name"`
	Title          string `json:"title"`
	Parameters     int    `json:"parameters"`
	SideParameters int    `json:"sideParameters"`
	Size           int    `json:"size"` // height and width of the input, in pixels
	Classes        int    `json:"classes"`
	Paper          string `json:"paper"`
	Result         string `json:"result,omitempty"`
	Torch          bool   `json:"torch"` // takes torchvision's weights
}

func newZoo() *cobra.Command {
	asJSON := false
	var net netFlags
	c := &cobra.Command{
		Use:   "zoo [NAME]",
		Short: "List the published nets, or print the text of one",
		Long: `List the published nets: parameters, height and width of the input, and where they come from. zoo:NAME stands for a net
wherever a command takes one. With a name, print its text, to read and to change.`,
		Example: `  fovea zoo
  fovea zoo resnet20 > net.txt
  fovea summary zoo:resnet20`,
		Args: wantArgs("no net or the name of one", 0, 1),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				s, err := net.read("zoo:"+args[0], nil)
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(c.OutOrStdout(), map[string]string{"name": args[0], "text": s.text})
				}
				_, err = fmt.Fprint(c.OutOrStdout(), s.text)
				return err
			}
			if asJSON {
				return listZooJSON(c)
			}
			return listZoo(c)
		},
	}
	net.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func listZoo(c *cobra.Command) error {
	t := newTable(c.OutOrStdout())
	t.row("name", right(12, "parameters"), "input", "paper")
	for _, e := range zoo.All() {
		t.row(e.Name, right(12, thousands(e.Parameters)), fmt.Sprintf("%dx%d", e.Size, e.Size), e.Paper)
	}
	return t.flush()
}

func listZooJSON(c *cobra.Command) error {
	var all []zooJSON
	for _, e := range zoo.All() {
		all = append(all, zooJSON{e.Name, e.Title, e.Parameters, e.SideParameters, e.Size, e.Classes, e.Paper, e.Result, e.Torch})
	}
	return printJSON(c.OutOrStdout(), all)
}
