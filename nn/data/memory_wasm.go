package data

// maxMemoryBytes bounds the samples of a set: a page has 4 GiB in all, and a set lies on the device too.
const maxMemoryBytes = 1 << 29
