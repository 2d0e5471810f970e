// What memory the page takes, told by the page, its Worker and the browser.

/** For the Worker, before anything else: keeps track of the memories of WebAssembly. */
export function watchMemories() {
  const { Memory } = WebAssembly;
  const devices = [];
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor) {
      super(descriptor);
      devices.push(new WeakRef(this));
    }
  };
  globalThis.memories = () => ({
    program: globalThis.foveaMemory.buffer.byteLength,
    devices: devices.map((memory) => memory.deref()?.buffer.byteLength ?? 0).filter(Boolean),
  });
}

/** The Worker that runs the program, the last where one is ending, and how many more are its threads. @param {import("playwright-core").Page} page */
export const program = (page) => page.workers().findLast((worker) => /\/worker\.js$/.test(worker.url()));
export const threads = (page) => page.workers().filter((worker) => /\/worker\.js#thread$/.test(worker.url())).length;

export const memories = (page) => program(page).evaluate(() => globalThis.memories());

const sum = (list) => list.reduce((total, bytes) => total + bytes, 0);

/** A way to ask the Worker's own heap, over the page's connection to the browser's tools. */
async function connect(page) {
  const session = await page.context().newCDPSession(page);
  /** @type {Map<number, (result: any) => void>} */
  const waiting = new Map();
  session.on("Target.receivedMessageFromTarget", ({ message }) => {
    const { id, result } = JSON.parse(message);
    waiting.get(id)?.(result);
  });
  const attached = new Promise((resolve) => {
    session.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
      if (/\/worker\.js$/.test(targetInfo.url)) resolve(sessionId);
    });
  });
  await session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const sessionId = await attached;
  let last = 0;
  return {
    session,
    ask: (method) => new Promise((resolve, reject) => {
      waiting.set(++last, resolve);
      session.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id: last, method }) }).catch(reject);
    }),
  };
}

/**
 * What a page that was opened with `watchMemories` in its Worker takes after its garbage was collected: bytes of the
 * program's memory, the devices', JavaScript's in the page and in the Worker; numbers of nodes and of threads.
 */
export async function sample(page) {
  const { session, ask } = await connect(page);
  await session.send("HeapProfiler.collectGarbage");
  const heap = await session.send("Runtime.getHeapUsage");
  const { nodes } = await session.send("Memory.getDOMCounters");
  await ask("HeapProfiler.collectGarbage");
  const inWorker = await ask("Runtime.getHeapUsage");
  await session.detach();
  const wasm = await memories(page);
  const used = ({ usedSize, backingStorageSize }) => usedSize + backingStorageSize;
  return { program: wasm.program, devices: sum(wasm.devices), page: used(heap), worker: used(inWorker), nodes, threads: threads(page) };
}
