// What the measuring page measures: works in the order of their size, on nets that bench/ measures too.
import * as nets from "../../../bench/lib/nets.mjs";
import { pattern } from "../../../bench/lib/layers.mjs";

/**
 * @typedef {object} Work
 * @property {string} id      in the file of results
 * @property {string} kind    "product", "convolution", "forward" or "training"
 * @property {string} name    of the net or the sizes, in the field's own words
 * @property {string} text    the net
 * @property {number} batch
 */

/** @param {number} n @returns {Work} */
const product = (n) => (
  { id: `product/${n}`, kind: "product", name: `${n} × ${n} × ${n}`, text: `INPUT 1x1x${n} -> FC ${n} nobias`, batch: n });

/** @param {string} id @param {number} size @param {number} channels @param {number} batch @returns {Work} */
const convolution = (id, size, channels, batch) => ({
  id: `convolution/${id}`, kind: "convolution", name: `3×3, ${size}×${size}×${channels}`,
  text: `INPUT ${size}x${size}x${channels} -> CONV 3x3x${channels} pad 1 -> PIXELS`, batch,
});

/**
 * @param {string} kind @param {string} id @param {string} name @param {import("../../../bench/lib/layers.mjs").Net} net
 * @param {number} batch @returns {Work}
 */
const whole = (kind, id, name, net, batch) => ({ id: `${kind}/${id}/${batch}`, kind, name, text: pattern(net), batch });

/** @type {Work[]} */
export const works = [
  product(512), product(1024), product(2048), product(4096),
  convolution("64", 56, 64, 1), convolution("64x32", 56, 64, 32), convolution("256x32", 14, 256, 32),
  whole("forward", "squeezenet", "SqueezeNet 1.1", nets.squeezenet, 1),
  whole("forward", "resnet18", "ResNet-18", nets.resnet18, 1), whole("forward", "resnet18", "ResNet-18", nets.resnet18, 32),
  whole("training", "mnist", "ConvNetJS MNIST", nets.mnist(28), 64),
  whole("training", "cifar", "ConvNetJS CIFAR-10", nets.cifar, 64),
  whole("training", "resnet20", "ResNet-20", nets.resnet20, 64),
  whole("training", "resnet18", "ResNet-18", nets.resnet18, 32), whole("training", "resnet18", "ResNet-18", nets.resnet18, 128),
];
