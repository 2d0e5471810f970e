// How much memory a training may take here. Browsers say little: Chromium states the device's memory, at most 8 GiB, and no
// browser says how much of it a page can have.

const GiB = 1024 ** 3;
const assumed = 4; // GiB, where the browser does not say
const share = 0.25; // of the device's memory, for one training beside all else
const most = 2 * GiB; // of what WebAssembly's 4 GiB leave beside data and program

/** @returns {{ bytes: number, device: number, stated: boolean }} `device` in bytes */
export function memoryBudget() {
  const stated = /** @type {any} */ (navigator).deviceMemory;
  const device = GiB * (stated ?? assumed);
  return { bytes: Math.min(most, share * device), device, stated: stated !== undefined };
}
