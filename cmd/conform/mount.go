package main

import "fmt"

// mount is where the i-th folder is served to the browser.
func mount(i int) string { return fmt.Sprintf("/cases/%d/", i) }
