//go:build js && wasm

// Program does what its first argument says; the test of package browser runs it.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"syscall/js"
	"time"
)

func main() {
	switch os.Args[1] {
	case "print": // in turns, with bytes that are no text, without ever yielding
		for i := range 2000 {
			fmt.Fprintf(os.Stdout, "out %d\n", i)
			fmt.Fprintf(os.Stderr, "err %d\n", i)
		}
		os.Stdout.Write([]byte{0, 0xff, 0xfe, 'ü', '\n'})
		os.Exit(3)
	case "where":
		wd, err := os.Getwd()
		fmt.Println(wd, err, os.Getenv("GREETING"), js.Global().Get("crossOriginIsolated").Bool(),
			js.Global().Get("navigator").Get("gpu").Truthy(), js.Global().Get("document").Truthy())
	case "fetch":
		r, err := http.Get(os.Getenv("FOVEA_ORIGIN") + os.Args[2])
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		body, _ := io.ReadAll(r.Body)
		fmt.Print(r.StatusCode, " ", string(body))
	case "panic":
		panic("on purpose")
	case "throw": // out of an event, where no Go code can catch it
		js.Global().Call("eval", "setTimeout(() => { throw new Error('thrown') })")
		time.Sleep(time.Minute)
	case "abort": // takes the browser's process for the page with it
		js.Global().Call("eval", "%SystemBreak()")
	case "block":
		fmt.Println("blocking")
		<-context.Background().Done()
	case "spin":
		fmt.Println("blocking")
		for {
		}
	}
}
