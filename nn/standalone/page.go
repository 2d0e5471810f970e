package standalone

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
)

// policy is what a page of one file may do: compute, and show what it was given. It cannot reach any network.
const policy = "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'unsafe-inline'; " +
	"img-src data: blob:; media-src blob: mediastream:"

// Page returns index.html with everything in it: one file that works from a double click, offline.
func (f Files) Page() ([]byte, error) {
	page := string(f["index.html"])
	var numbers strings.Builder
	for _, name := range []string{moduleFile, relaxedFile, weightsFile} {
		fmt.Fprintf(&numbers, "<script type=\"text/plain\" id=%q>%s</script>\n", name, base64.StdEncoding.EncodeToString(f[name]))
	}
	loader := strings.ReplaceAll(string(f[loaderFile]), "export ", "")
	_, demo, _ := strings.Cut(string(f["demo.js"]), "from \"./model.js\";\n")
	const (
		charset = `<meta charset="utf-8">`
		style   = `<link rel="stylesheet" href="demo.css">`
		script  = `<script type="module" src="demo.js">`
	)
	for _, r := range [][2]string{
		{charset, charset + "\n" + `<meta http-equiv="Content-Security-Policy" content="` + policy + `">`},
		{style, "<style>\n" + string(f["demo.css"]) + "</style>"},
		{script, numbers.String() + "<script type=\"module\">\n" + loader + demo},
	} {
		before, after, ok := strings.Cut(page, r[0])
		if !ok {
			return nil, fmt.Errorf("standalone: index.html has no %s: %w", r[0], graph.ErrFormat)
		}
		page = before + r[1] + after
	}
	return []byte(page), nil
}
