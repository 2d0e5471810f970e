// Pages puts the site's pages together: each file of site/pages in the frame of site/layout.html, with the messages that it
// names in one file a language.
//
//	go run ./internal/pages site dist/site
//
// A page begins with a JSON object, and the rest is the template of what stands in its main element:
//
//	{"messages": ["parts"], "styles": ["parts"]}
//	<h1 data-i18n="train.title">{{t "train.title"}}</h1>
//
// Messages of "common" and of the page's own name are always there, and so is its style sheet. {{t KEY}} is the English text, which
// is what stands there until the script has the reader's language.
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// page is what a page says of itself, and what the frame says of it.
type page struct {
	Messages []string // parts of the messages
	Styles   []string // style sheets before its own
	Nav      string   // the page of the navigation that it belongs to, where that is another

	Name        string
	Title       string // message NAME.page-title
	Description string // message NAME.page-description
	Main        template.HTML
}

// Current reports whether the navigation's entry name is this page or the one that it belongs to.
func (p page) Current(name string) bool { return name == cmp.Or(p.Nav, p.Name) }

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: pages SITE OUT")
		os.Exit(2)
	}
	if err := build(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "pages:", err)
		os.Exit(1)
	}
}

// build writes all pages and their messages into the folder out.
func build(site, out string) error {
	files, err := filepath.Glob(filepath.Join(site, "pages", "*.html"))
	if err != nil {
		return err
	}
	var all []error
	for _, file := range files {
		if err := write(site, out, strings.TrimSuffix(filepath.Base(file), ".html")); err != nil {
			all = append(all, fmt.Errorf("%s: %w", file, err))
		}
	}
	return errors.Join(all...)
}

// write writes the page called name and its messages.
func write(site, out, name string) error {
	b, err := os.ReadFile(filepath.Join(site, "pages", name+".html"))
	if err != nil {
		return err
	}
	p := page{Name: name}
	head := json.NewDecoder(bytes.NewReader(b))
	head.DisallowUnknownFields()
	if err := head.Decode(&p); err != nil {
		return fmt.Errorf("the object at its beginning: %w", err)
	}
	parts := append([]string{"common"}, append(p.Messages, name)...)
	var english map[string]any
	for _, language := range []string{"fa", "en"} {
		if english, err = messages(site, language, parts); err != nil {
			return err
		}
		if err := writeJSON(filepath.Join(out, "messages", language, name+".json"), english); err != nil {
			return err
		}
	}
	text := func(key string) (string, error) {
		s, ok := english[key].(string)
		if !ok {
			return "", fmt.Errorf("no message %q of %s", key, strings.Join(parts, ", "))
		}
		return s, nil
	}
	if p.Title, err = text(name + ".page-title"); err != nil {
		return err
	}
	if p.Description, err = text(name + ".page-description"); err != nil {
		return err
	}
	functions := template.FuncMap{"t": text}
	content, err := template.New(name).Funcs(functions).Parse(string(b[head.InputOffset():]))
	if err != nil {
		return err
	}
	var main bytes.Buffer
	if err := content.Execute(&main, p); err != nil {
		return err
	}
	p.Main = template.HTML(strings.TrimSpace(main.String()))
	layout, err := template.New("layout.html").Funcs(functions).ParseFiles(filepath.Join(site, "layout.html"))
	if err != nil {
		return err
	}
	var whole bytes.Buffer
	if err := layout.Execute(&whole, p); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, name+".html"), whole.Bytes(), 0o644)
}

// messages reads parts of a language's messages into one map; a key that is in two of them is an error.
func messages(site, language string, parts []string) (map[string]any, error) {
	all := map[string]any{}
	for _, part := range parts {
		file := filepath.Join(site, "messages", language, part+".json")
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var some map[string]any
		if err := json.Unmarshal(b, &some); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for _, key := range slices.Sorted(maps.Keys(some)) {
			if _, twice := all[key]; twice {
				return nil, fmt.Errorf("%s: %q is there already", file, key)
			}
			all[key] = some[key]
		}
	}
	return all, nil
}

func writeJSON(file string, v any) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	return os.WriteFile(file, b.Bytes(), 0o644)
}
