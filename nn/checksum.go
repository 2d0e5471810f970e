package nn

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc64"
	"maps"
	"slices"

	"github.com/fovea-nn/fovea/nn/safetensors"
)

// A file carries two keys against damage: "checksum" is the CRC-64 of the whole file with zeros in place of its own
// digits, and "checksums" those of each tensor's bytes, which say where a damaged file is damaged. Files of the first
// format have neither and are not checked.
//
// Source: ECMA-182, 1992, annex B. It finds every single change of up to 64 bits in a row.
const (
	checksumKey  = "checksum"
	checksumsKey = "checksums"
	noChecksum   = "crc64:0000000000000000"
)

var crcTable = crc64.MakeTable(crc64.ECMA)

func checksum(b []byte) string { return fmt.Sprintf("crc64:%016x", crc64.Checksum(b, crcTable)) }

// encode writes f with its checksums.
func encode(f *safetensors.File) ([]byte, error) {
	sums := map[string]string{}
	for _, t := range f.Tensors {
		sums[t.Name] = checksum(t.Data)
	}
	text, err := json.Marshal(sums)
	if err != nil {
		return nil, fmt.Errorf("nn: save: %w", err)
	}
	f.Metadata[checksumsKey], f.Metadata[checksumKey] = string(text), noChecksum
	b, err := safetensors.Encode(f)
	if err != nil {
		return nil, err
	}
	copy(b[checksumAt(b):], checksum(b))
	return b, nil
}

// checksumAt returns where the checksum stands in a file, or -1.
func checksumAt(b []byte) int {
	key := []byte(`"` + checksumKey + `":"crc64:`)
	at := bytes.Index(b, key)
	if at += len(key) - len("crc64:"); at < len(key)-len("crc64:") || at+len(noChecksum) > len(b) {
		return -1
	}
	return at
}

// decode reads a file, verifies its checksum and expands its weights.
func decode(b []byte) (*safetensors.File, error) {
	f, err := verified(b)
	if err == nil {
		err = expand(f)
	}
	return f, err
}

func verified(b []byte) (*safetensors.File, error) {
	f, err := safetensors.Decode(b)
	if err != nil {
		return nil, err
	}
	want, ok := f.Metadata[checksumKey]
	if !ok && (f.Metadata["format"] != formatName || len(f.Metadata) == 0) {
		return f, nil
	}
	at := checksumAt(b)
	if at < 0 {
		return nil, fmt.Errorf("%w: the header, bytes 8 to %d, has no checksum that can be read: it was damaged", safetensors.ErrFormat, headerEnd(b, f))
	}
	got := crc64.Update(0, crcTable, b[:at])
	got = crc64.Update(got, crcTable, []byte(noChecksum))
	got = crc64.Update(got, crcTable, b[at+len(noChecksum):])
	if text := fmt.Sprintf("crc64:%016x", got); text != want {
		return nil, fmt.Errorf("%w: checksum: got %s, want %s: %s", safetensors.ErrFormat, text, want, damage(b, f))
	}
	return f, nil
}

func headerEnd(b []byte, f *safetensors.File) int {
	n := len(b)
	for _, t := range f.Tensors {
		n -= len(t.Data)
	}
	return n
}

// damage says where a file does not hold what was saved.
func damage(b []byte, f *safetensors.File) string {
	header := headerEnd(b, f)
	var sums map[string]string
	if json.Unmarshal([]byte(f.Metadata[checksumsKey]), &sums) == nil {
		tensors, at := map[string][]byte{}, header
		for _, t := range f.Tensors {
			tensors[t.Name] = t.Data
		}
		for _, name := range slices.Sorted(maps.Keys(tensors)) { // the order in which they are written
			data := tensors[name]
			if sum, ok := sums[name]; ok && sum != checksum(data) {
				return fmt.Sprintf("tensor %q, bytes %d to %d, was damaged", name, at, at+len(data))
			}
			at += len(data)
		}
	}
	return fmt.Sprintf("the header, bytes 8 to %d, was damaged", header)
}
