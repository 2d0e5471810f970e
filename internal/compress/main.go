// Compress writes a Brotli and a gzip neighbour for each text and WebAssembly file of a site, so that a static server
// has nothing to compress, and prints the size of the program against its budget.
//
//	go run ./internal/compress [-cache DIR] [-enforce] SITE
//
// Brotli at its best level takes seconds for the program, so results are kept by content hash.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/andybalholm/brotli"
)

const (
	program     = "js/fovea.wasm"
	budgetBytes = 2_360_000 // of the program after Brotli
	cacheDays   = 14        // an entry that no build used for so long is removed
)

// suffixes of the files that compress well; pictures, fonts and the packed data set do not, and
// source maps are for developers.
var suffixes = map[string]bool{
	".wasm": true, ".js": true, ".mjs": true, ".css": true, ".html": true, ".json": true, ".svg": true,
	".webmanifest": true,
}

// encodings are the neighbours written, by suffix.
var encodings = []struct {
	suffix string
	encode func(io.Writer) (io.WriteCloser, error)
}{
	{".br", func(w io.Writer) (io.WriteCloser, error) {
		return brotli.NewWriterOptions(w, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: 24}), nil
	}},
	{".gz", func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, gzip.BestCompression) }},
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("compress: ")
	cache := flag.String("cache", filepath.Join(".cache", "compress"), "folder of results by content hash")
	enforce := flag.Bool("enforce", false, "write nothing; fail if the program is over its budget")
	flag.Parse()
	if flag.NArg() != 1 {
		log.Fatal("usage: compress [-cache DIR] [-enforce] SITE")
	}
	site := flag.Arg(0)
	if !*enforce {
		if err := compressSite(site, *cache); err != nil {
			log.Fatal(err)
		}
		if err := prune(*cache, time.Now().AddDate(0, 0, -cacheDays)); err != nil {
			log.Fatal(err)
		}
	}
	report, within, err := sizes(site)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(report)
	if *enforce && !within {
		os.Exit(1)
	}
}

// compressSite writes the neighbours of every file under site that compresses well.
func compressSite(site, cache string) error {
	return filepath.WalkDir(site, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || !suffixes[filepath.Ext(path)] {
			return err
		}
		return compressFile(path, cache)
	})
}

// compressFile writes path.br and path.gz, from the cache where it has them.
func compressFile(path, cache string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	for _, encoding := range encodings {
		kept := filepath.Join(cache, hex.EncodeToString(sum[:])+encoding.suffix)
		compressed, err := os.ReadFile(kept)
		switch {
		case err == nil:
			now := time.Now()
			err = os.Chtimes(kept, now, now)
		case errors.Is(err, fs.ErrNotExist):
			var buffer bytes.Buffer
			if err = compress(&buffer, content, encoding.encode); err == nil {
				compressed = buffer.Bytes()
				err = replaceFile(kept, compressed)
			}
		}
		if err != nil {
			return fmt.Errorf("%s%s: %w", path, encoding.suffix, err)
		}
		if err := replaceFile(path+encoding.suffix, compressed); err != nil {
			return err
		}
	}
	return nil
}

func compress(w io.Writer, content []byte, encode func(io.Writer) (io.WriteCloser, error)) error {
	encoder, err := encode(w)
	if err != nil {
		return err
	}
	if _, err := encoder.Write(content); err != nil {
		return err
	}
	return encoder.Close()
}

// replaceFile writes a file under another name first, so that an interrupted run leaves no half of one.
func replaceFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	part := fmt.Sprintf("%s.%d.part", path, os.Getpid())
	if err := os.WriteFile(part, content, 0o644); err != nil {
		return err
	}
	return os.Rename(part, path)
}

// prune removes the cache's entries that were last used before the given time.
func prune(cache string, before time.Time) error {
	entries, err := os.ReadDir(cache)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err == nil && info.ModTime().Before(before) {
			err = os.Remove(filepath.Join(cache, entry.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// sizes tells how large the program of site is, raw and compressed, and whether that is within the budget.
func sizes(site string) (report string, within bool, err error) {
	path := filepath.Join(site, filepath.FromSlash(program))
	var bytes [3]int64
	for i, suffix := range []string{"", ".gz", ".br"} {
		info, err := os.Stat(path + suffix)
		if err != nil {
			return "", false, err
		}
		bytes[i] = info.Size()
	}
	within = bytes[2] <= budgetBytes
	verdict := "within the budget"
	if !within {
		verdict = "OVER the budget"
	}
	report = fmt.Sprintf("%s: raw %.2f MB, gzip %.2f MB, brotli %.2f MB: %s of %.2f MB brotli (%d %%)", filepath.Base(program),
		megabytes(bytes[0]), megabytes(bytes[1]), megabytes(bytes[2]), verdict, megabytes(budgetBytes), bytes[2]*100/budgetBytes)
	return report, within, nil
}

func megabytes(n int64) float64 { return float64(n) / 1e6 }
