// Trains on the packed MNIST through the public API and reports each validation; progress goes to the console.
import { Fovea } from "/js/fovea.js";

export async function measure({ net: text, backend, passes, seed, batch, optimizer, learningRate, schedule }) {
  const fovea = await Fovea.start();
  try {
    const info = (await fovea.backends()).find(({ name }) => name === backend);
    if (!info?.available) throw new Error(`Fovea: backend ${backend} does not start: ${info?.reason}`);
    const { file } = await (await fetch("/data/mnist.json")).json();
    const bytes = new Uint8Array(await (await fetch(`/data/${file}`)).arrayBuffer());
    const { train, test } = await fovea.packedDataset(bytes);

    const net = await fovea.net(text, { backend, classes: train.classes, seed });
    const training = net.train(train, { epochs: passes, batch, optimizer, learningRate, schedule, seed, validation: test });
    const began = performance.now();
    const results = [];
    let spoken = 0;
    for await (const event of training.events()) {
      if (event.type === "progress" && performance.now() - spoken > 10_000) {
        spoken = performance.now();
        console.log(`step ${event.step}/${event.steps}: loss ${event.loss.toFixed(4)}, ` +
          `${event.msPerStep.toFixed(1)} ms a step, about ${Math.round(event.secondsLeft)} s left`);
      } else if (event.type === "validation") {
        const seconds = (performance.now() - began) / 1000;
        results.push({ step: event.step, accuracy: event.accuracy, loss: event.loss, seconds });
        console.log(`validation at step ${event.step}: ${(event.accuracy * 100).toFixed(2)} % of ${test.count}`);
      } else if (event.type === "notice") {
        console.log(`${event.code}: ${event.message}`);
      }
    }
    const { steps } = await training.finished;
    const { accuracy } = await net.evaluate(test);
    return { on: net.backend.adapter, ranOn: net.backend.name, steps, accuracy, results };
  } finally {
    await fovea.close();
  }
}
