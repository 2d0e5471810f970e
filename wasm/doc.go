// Command wasm is Fovea in a page: the js/wasm program behind the JavaScript API of js/fovea.js.
//
// It defines foveaCall(method, args, resolve, reject), which calls one of the two, and reports what happens through
// foveaEvent(event). Small records cross with vert; pictures, data sets and files cross as bytes.
package main
