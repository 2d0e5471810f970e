// Long work in the page's own thread, in pieces.

const atATime = 12; // milliseconds, so that frames are not missed

/**
 * A function to await in loops: it lets others have the thread when this work has had it for a while.
 * @param {AbortSignal} signal
 */
export function pacer(signal) {
  let since = performance.now();
  return async () => {
    signal.throwIfAborted();
    if (performance.now() - since < atATime) return;
    await new Promise((resolve) => { setTimeout(resolve); });
    since = performance.now();
  };
}
