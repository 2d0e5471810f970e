package standalone

import (
	"embed"
	"io/fs"
	"strings"
)

// fixed are the files that are the same for all models. Comments of model.js stay here.
//
//go:embed files
var fixed embed.FS

const loaderFile = "model.js"

// addFixed adds the files that are the same for all models.
func addFixed(files Files) error {
	folder, err := fs.Sub(fixed, "files")
	if err != nil {
		return err
	}
	return fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(folder, name)
		if name == loaderFile {
			b = []byte(squeeze(string(b)))
		}
		files[name] = b
		return err
	})
}

// squeeze leaves out of a script the lines that are comments, and spaces that say nothing. Statements must end with
// semicolons, and literals with the line that they begin in.
func squeeze(script string) string {
	var out []byte
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "//") {
			continue
		}
		quote := byte(0) // of the literal that goes on
		for i := range len(line) {
			switch c := line[i]; {
			case c == quote:
				quote = 0
			case quote == 0 && (c == '"' || c == '`'):
				quote = c
			case quote == 0 && c == ' ' && (isMark(line[i-1]) || isMark(line[i+1])):
				continue
			}
			out = append(out, line[i])
		}
		if !strings.ContainsAny(line[len(line)-1:], "{(,;") {
			out = append(out, '\n')
		}
	}
	return string(out)
}

// isMark reports whether c parts words, so that there need be no space beside it.
func isMark(c byte) bool { return strings.IndexByte("-+*/=<>?:{}(),;|&!", c) >= 0 }
