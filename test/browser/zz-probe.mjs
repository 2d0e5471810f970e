import { start } from "./page.mjs";
const v = await start();
const page = await v.open();
for (const text of ["INPUT 28x28x1 -> FC 10", "INPUT 8x8x1 -> FC 2", "INPUT 28x28x1 -> CONV 5x5x8 pad 2 -> RELU -> POOL 2 -> CONV 5x5x16 pad 2 -> RELU -> POOL 3 -> FC 10"])
  for (const backend of ["simd", "cpu"]) for (const batch of [4, 32]) {
    const r = await page.evaluate(async ([text, backend, batch]) => { const t=performance.now(); const x = await window.foveaTest.fovea.benchmark(text, {backend, batch, steps: 15, warmup: 3}); return [performance.now()-t, x.sort((a,b)=>a-b)[7]]}, [text, backend, batch]);
    console.log(text, backend, batch, r);
  }
const t = await page.evaluate(async () => { const out=[]; for (let i=0;i<3;i++){const t=performance.now(); await window.foveaTest.fovea.backends(); out.push(performance.now()-t)} return out });
console.log("backends()", t);
await v.close();
