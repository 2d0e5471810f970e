package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
)

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := replaceFile(path, content); err != nil {
		t.Fatal(err)
	}
}

func TestCompressSite(t *testing.T) {
	site, cache := t.TempDir(), t.TempDir()
	content := []byte(strings.Repeat("fovea ", 1000))
	write(t, filepath.Join(site, "app", "main.js"), content)
	write(t, filepath.Join(site, "icon.png"), content)
	if err := compressSite(site, cache); err != nil {
		t.Fatal(err)
	}
	br, err := os.Open(filepath.Join(site, "app", "main.js.br"))
	if err != nil {
		t.Fatal(err)
	}
	defer br.Close()
	gz, err := os.Open(filepath.Join(site, "app", "main.js.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer gz.Close()
	unzipped, err := gzip.NewReader(gz)
	if err != nil {
		t.Fatal(err)
	}
	for name, reader := range map[string]io.Reader{"br": brotli.NewReader(br), "gz": unzipped} {
		if got, err := io.ReadAll(reader); err != nil || !bytes.Equal(got, content) {
			t.Errorf("%s: does not decompress to the original (%d bytes, %v)", name, len(got), err)
		}
	}
	if matches, _ := filepath.Glob(filepath.Join(site, "icon.png.*")); len(matches) != 0 {
		t.Errorf("a picture was compressed: %v", matches)
	}
}

func TestCompressUsesCache(t *testing.T) {
	site, cache := t.TempDir(), t.TempDir()
	write(t, filepath.Join(site, "main.css"), []byte("body{}"))
	if err := compressSite(site, cache); err != nil {
		t.Fatal(err)
	}
	kept, err := filepath.Glob(filepath.Join(cache, "*"))
	if err != nil || len(kept) != len(encodings) {
		t.Fatalf("cache: got %v (%v), want %d entries", kept, err, len(encodings))
	}
	for _, path := range kept {
		write(t, path, []byte("from the cache"))
	}
	if err := compressSite(site, cache); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(filepath.Join(site, "main.css.br")); string(got) != "from the cache" {
		t.Errorf("main.css.br: got %q, want the cached bytes", got)
	}
}

func TestPruneRemovesOldEntries(t *testing.T) {
	cache := t.TempDir()
	old, used := filepath.Join(cache, "old.br"), filepath.Join(cache, "used.br")
	write(t, old, nil)
	write(t, used, nil)
	past := time.Now().AddDate(0, 0, -2*cacheDays)
	if err := os.Chtimes(old, past, past); err != nil {
		t.Fatal(err)
	}
	if err := prune(cache, time.Now().AddDate(0, 0, -cacheDays)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("the old entry is still there")
	}
	if _, err := os.Stat(used); err != nil {
		t.Error("the used entry is gone")
	}
	if err := prune(filepath.Join(cache, "none"), time.Now()); err != nil {
		t.Errorf("a cache that does not exist: %v", err)
	}
}

func TestSizesAgainstBudget(t *testing.T) {
	for _, row := range []struct {
		name   string
		brotli int
		within bool
	}{{"at the budget", budgetBytes, true}, {"over it", budgetBytes + 1, false}} {
		t.Run(row.name, func(t *testing.T) {
			site := t.TempDir()
			for suffix, size := range map[string]int{"": 4_000_000, ".gz": 2_000_000, ".br": row.brotli} {
				write(t, filepath.Join(site, program+suffix), make([]byte, size))
			}
			report, within, err := sizes(site)
			if err != nil || within != row.within {
				t.Errorf("got %v, %v, want %v; report %q", within, err, row.within, report)
			}
		})
	}
	if _, _, err := sizes(t.TempDir()); err == nil {
		t.Error("a site without the program: want an error")
	}
}
