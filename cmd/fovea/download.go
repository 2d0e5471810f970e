package main

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// download is a file on the web and the checksum that its publishers give, "" where they give none.
type download struct {
	name string
	md5  string
	urls []string
}

// fetcher fetches files over HTTP.
type fetcher struct {
	client   *http.Client
	progress func(d download, done, total int64) // total is below 0 where the server does not tell it
}

// fetch puts the file into folder. What is there already and sound stays; what a broken transfer has left, as NAME.part, is
// continued. The addresses are tried one after the other. The file appears under its name only when its checksum is right.
func (f *fetcher) fetch(ctx context.Context, d download, folder string) error {
	path := filepath.Join(folder, d.name)
	if sum, err := fileMD5(path); err == nil && (sum == d.md5 || d.md5 == "") {
		return nil
	}
	part := path + ".part"
	var errs []error
	for _, url := range d.urls {
		err := f.get(ctx, url, part, d)
		if err == nil {
			if err = check(part, d); err == nil {
				return os.Rename(part, path)
			}
		}
		errs = append(errs, fmt.Errorf("%s: %w", url, err))
		if ctx.Err() != nil {
			break
		}
	}
	return fmt.Errorf("%s: %w", d.name, errors.Join(errs...))
}

// check compares the checksum, and removes what is wrong so that the next try begins anew.
func check(part string, d download) error {
	sum, err := fileMD5(part)
	if err != nil {
		return err
	}
	if sum != d.md5 && d.md5 != "" {
		err := fmt.Errorf("the checksum is wrong: got md5 %s, want %s; the file has been removed, try again", sum, d.md5)
		return errors.Join(err, os.Remove(part))
	}
	return nil
}

// errCut says that a transfer ended early.
var errCut = errors.New("the transfer was cut off; call again to go on from there")

// tries is how often one address is asked in a row when transfers break off but go forward.
const tries = 5

// get appends to part what is missing.
func (f *fetcher) get(ctx context.Context, url, part string, d download) error {
	for try := 1; ; try++ {
		before := size(part)
		err := f.once(ctx, url, part, d)
		if err == nil || !errors.Is(err, errCut) || try == tries || size(part) <= before {
			return err
		}
	}
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// once makes one request, for the range that is missing.
func (f *fetcher) once(ctx context.Context, url, part string, d download) (err error) {
	w, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	have, err := w.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	if have > 0 {
		r.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
	}
	response, err := f.client.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusPartialContent:
		if got := response.Header.Get("Content-Range"); !strings.HasPrefix(got, fmt.Sprintf("bytes %d-", have)) {
			return fmt.Errorf("the server sent the range %q, want one from byte %d", got, have)
		}
	case http.StatusRequestedRangeNotSatisfiable:
		return nil // all of it is there: the checksum decides
	case http.StatusOK: // the server sends all of it
		have = 0
		if err := w.Truncate(0); err != nil {
			return err
		}
		if _, err := w.Seek(0, io.SeekStart); err != nil {
			return err
		}
	default:
		return fmt.Errorf("the server answers %s", response.Status)
	}
	total := int64(-1)
	if response.ContentLength >= 0 {
		total = have + response.ContentLength
	}
	count := &counter{done: have, report: func(done int64) {
		if f.progress != nil {
			f.progress(d, done, total)
		}
	}}
	n, err := io.Copy(io.MultiWriter(w, count), response.Body)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return fmt.Errorf("%w: %w", errCut, err)
	case total >= 0 && have+n < total:
		return errCut
	}
	count.report(count.done)
	return nil
}

// counter counts what is written to it and reports now and then.
type counter struct {
	done   int64
	last   time.Time
	report func(done int64)
}

func (c *counter) Write(b []byte) (int, error) {
	if c.done += int64(len(b)); time.Since(c.last) > 100*time.Millisecond {
		c.last = time.Now()
		c.report(c.done)
	}
	return len(b), nil
}

func fileMD5(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := md5.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
