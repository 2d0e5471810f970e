// Replays recorded WebGPU commands: one call from Go for a whole training step.
// A plain script, it may also be imported as a module for its effect: it sets globalThis.foveaReplay.
"use strict";
(() => {
  // Commands are numbers in one array; an object is its index in `objects`. sequence.go writes them:
  //   0 buffer offset stagingOffset size            queue.writeBuffer, before everything else
  //   1 pipeline bindGroup x y z                    a dispatch; neighbours share a compute pass
  //   2 source offset destination offset size       copyBufferToBuffer
  //   3 source offset bytesPerRow texture row width height   copyBufferToTexture, from that row of the texture on
  const WRITE = 0, DISPATCH = 1, COPY = 2;

  // record returns the function that runs the commands once, in one submission.
  // bytes holds the commands as float64, staging (a Uint8Array or null) what the writes take their data from.
  function record(device, label, objects, bytes, staging) {
    const code = new Float64Array(bytes.slice().buffer);
    const queue = device.queue;
    const descriptor = { label };
    const submission = [null];

    return () => {
      let i = 0;
      for (; i < code.length && code[i] === WRITE; i += 5) {
        queue.writeBuffer(objects[code[i + 1]], code[i + 2], staging, code[i + 3], code[i + 4]);
      }
      if (i === code.length) return;

      const encoder = device.createCommandEncoder(descriptor);
      let pass = null, pipeline = -1, group = -1;
      while (i < code.length) {
        if (code[i] === DISPATCH) {
          if (pass === null) {
            pass = encoder.beginComputePass(descriptor);
            pipeline = group = -1;
          }
          if (code[i + 1] !== pipeline) pass.setPipeline(objects[pipeline = code[i + 1]]);
          if (code[i + 2] !== group) pass.setBindGroup(0, objects[group = code[i + 2]]);
          pass.dispatchWorkgroups(code[i + 3], code[i + 4], code[i + 5]);
          i += 6;
          continue;
        }
        if (pass !== null) pass.end();
        pass = null;
        if (code[i] === COPY) {
          encoder.copyBufferToBuffer(objects[code[i + 1]], code[i + 2], objects[code[i + 3]], code[i + 4], code[i + 5]);
          i += 6;
        } else {
          encoder.copyBufferToTexture({ buffer: objects[code[i + 1]], offset: code[i + 2], bytesPerRow: code[i + 3] },
            { texture: objects[code[i + 4]], origin: [0, code[i + 5]] }, [code[i + 6], code[i + 7]]);
          i += 8;
        }
      }
      if (pass !== null) pass.end();
      submission[0] = encoder.finish(descriptor);
      queue.submit(submission);
      submission[0] = null;
    };
  }

  // version changes with the commands; Go refuses another one.
  globalThis.foveaReplay = { version: 2, record };
})();
