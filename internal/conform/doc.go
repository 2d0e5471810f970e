// Package conform runs reference cases, made with another library, on a plan.Device.
//
// A folder of cases has an index.json and for each case NAME.json, which says what to compute, and NAME.safetensors,
// the numbers. Cases come in the other library's layout, channels first, and are converted at the door: Load reads them
// as they are, a model binds their tensors to values of a graph, each with its layout, and RunCase compares in the
// case's own layout.
//
// The operations stand in tables, a builder an operation: a new layer adds a line and a few lines that read its
// attributes. What has no builder fails as not supported; nothing is skipped.
package conform
