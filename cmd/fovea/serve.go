package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/fovea-nn/fovea/internal/static"
)

func newServe() *cobra.Command {
	addr, asJSON := "", false
	c := &cobra.Command{
		Use:   "serve [FOLDER]",
		Short: "Serve the built site with the headers that it needs",
		Long: `Serve a folder, dist/site unless another is given, until it is interrupted. Pages are cross-origin isolated, without which
browsers give no shared memory and the net computes on one thread, and files are sent compressed where a .br or .gz lies
beside. make site builds the site.`,
		Example: `  fovea serve
  fovea serve --addr 127.0.0.1:9000 public/`,
		Args: wantArgs("no folder or one", 0, 1),
		RunE: func(c *cobra.Command, args []string) error {
			folder := "dist/site"
			if len(args) == 1 {
				folder = args[0]
			}
			err := static.Serve(c.Context(), addr, folder, func(url string) {
				if asJSON {
					printJSON(c.OutOrStdout(), map[string]string{"url": url, "folder": folder})
				} else {
					fmt.Fprintf(c.OutOrStdout(), "%s serves %s; Ctrl-C ends it\n", url, folder)
				}
			})
			if errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("there is no folder %s; make site builds the site: %w", folder, err)
			}
			return err
		},
	}
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "`address` to listen on; if its port is taken, one of the next 20")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
