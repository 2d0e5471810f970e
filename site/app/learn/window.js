// Where the windows of a convolution or pooling lie along one axis. All sizes are in pixels.

/** `padding` is the same at both ends. @typedef {{ kernel: number, stride: number, padding: number, dilation: number }} Window */

/** How many pixels a window spans: d·(k − 1) + 1. @param {Window} window */
export const extent = ({ kernel, dilation }) => dilation * (kernel - 1) + 1;

/**
 * How many windows there are: ⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1, or 0 where not even one has room.
 * @param {number} n @param {Window} window
 */
export function outputSize(n, window) {
  const room = n + 2 * window.padding - extent(window);
  return room < 0 ? 0 : Math.floor(room / window.stride) + 1;
}

/**
 * The pixels that window `index` looks at; those below 0 and from n on are padding.
 * @param {number} index @param {Window} window
 */
export function pixelsOf(index, { kernel, stride, padding, dilation }) {
  return Array.from({ length: kernel }, (_, i) => index * stride - padding + i * dilation);
}

/** How many windows look at each of n pixels. @param {number} n @param {Window} window */
export function timesSeen(n, window) {
  const times = Array(n).fill(0);
  for (let i = 0; i < outputSize(n, window); i++) {
    for (const pixel of pixelsOf(i, window)) if (pixel >= 0 && pixel < n) times[pixel]++;
  }
  return times;
}

/** The padding that keeps the size at stride 1, d(k − 1)/2; undefined where that is no whole number.
 * @param {Pick<Window, "kernel" | "dilation">} window */
export function samePadding({ kernel, dilation }) {
  const padding = (dilation * (kernel - 1)) / 2;
  return Number.isInteger(padding) ? padding : undefined;
}

/** How many pixels of input and padding lie behind the last window. @param {number} n @param {Window} window */
export function leftOver(n, window) {
  const size = outputSize(n, window);
  return size === 0 ? n + 2 * window.padding : n + 2 * window.padding - extent(window) - (size - 1) * window.stride;
}
