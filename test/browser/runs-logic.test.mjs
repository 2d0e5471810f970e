// Records of runs, cards, statistics of several seeds and the fitting of a time budget: what needs no browser.
import { test } from "node:test";
import assert from "node:assert/strict";
import { candidates, corrected, expected, fit, lastMs, measure } from "../../site/app/runs/budget.js";
import { fileOf, fragmentOf, fromFile, fromFragment } from "../../site/app/runs/card.js";
import { Countdown } from "../../site/app/runs/countdown.js";
import { columns, family, recordFrom, repeatable, replaySettings } from "../../site/app/runs/record.js";
import { band, deviation, median, thin, valueAt } from "../../site/app/runs/statistics.js";
import { apart, pairs, verdicts } from "../../site/app/runs/verdicts.js";

const digest = "0123456789abcdef".repeat(4);

/** Numbers in [0, 1) from a seed. */
function random(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** A run of a hundred steps as a page keeps it. */
function run(changes = {}) {
  const step = Array.from({ length: 100 }, (_, i) => i + 1);
  const next = random(7);
  const confusion = Array.from({ length: 10 }, (_, i) => Array.from({ length: 10 }, (_, j) => (i === j ? 950 : Math.floor(6 * next()))));
  return {
    format: "fovea-run", version: 1, id: "a1", name: "Digits, 98.7 %", when: 1.7e12, program: "0.1.0",
    text: "INPUT 28x28x1\n-> CONV 5x5x8 pad 2 -> RELU -> POOL 2\n-> FC 10",
    settings: { epochs: 3, batch: 64, optimizer: "adam", learningRate: 0.004, schedule: "cosine", seed: 1, momentum: 0.9, weightDecay: 0, augment: { shift: 2, border: "edge" } },
    data: { choice: { kind: "mnist" }, title: "MNIST", digest, holdout: 0.1, count: 54000, validationCount: 6000, testCount: 10000, shape: [28, 28, 1], classes: [..."0123456789"] },
    backend: "simd", adapter: "WebAssembly SIMD, 2 threads", moved: false, changed: false,
    training: { step, loss: step.map((s) => 2 / s + 0.01 * next()), accuracy: step.map((s) => 1 - 1 / (s + 1)) },
    validation: { step: [50, 100], loss: [0.2, 0.1], accuracy: [0.95, 0.987] },
    rates: { step: [1, 50, 100], rate: [0.004, 0.002, 0] },
    result: { state: "done", step: 100, steps: 100, parameters: 1234, loss: 0.1, accuracy: 0.987, on: "test", seconds: 12.3 },
    perClass: [..."0123456789"].map((label) => ({ label, count: 1000, accuracy: 0.98 })), confusion, weights: digest,
    ...changes,
  };
}

test("a card comes back from its link and its file as it went", async () => {
  const original = run();
  const fragment = await fragmentOf(original);
  assert.ok(fragment.length < 8000, `${fragment.length} characters`);
  assert.match(fragment, /^run=[\w-]+$/);
  const back = await fromFragment(`#${fragment}`);
  for (const part of ["text", "settings", "data", "result", "confusion", "perClass", "weights", "validation"]) assert.deepEqual(back[part], original[part], part);
  assert.ok(Math.abs(back.training.loss[5] - original.training.loss[5]) < 1e-3);
  const file = fileOf(original);
  assert.equal(file.name, "Digits-98-7.fovea-run.json");
  assert.deepEqual(await fromFile(file), original);
});

test("a long run of many classes still fits into a link", async () => {
  const next = random(3);
  const many = Array.from({ length: 120 }, (_, i) => `class number ${i}`);
  const step = Array.from({ length: 1200 }, (_, i) => 7 * i);
  const long = run({
    data: { ...run().data, classes: many }, perClass: many.map((label) => ({ label, count: 50, accuracy: Math.round(50 * next()) / 50 })),
    confusion: many.map(() => many.map(() => Math.floor(50 * next()))),
    training: { step, loss: step.map(next), accuracy: step.map(next) }, validation: { step, loss: step.map(next), accuracy: step.map(next) },
  });
  const back = await fromFragment(await fragmentOf(recordFrom(long)));
  assert.equal(back.text, long.text);
  assert.deepEqual(back.confusion, []);
  assert.equal(back.training.step.at(-1), step.at(-1));
  await assert.rejects(fragmentOf(run({ text: Array.from({ length: 4500 }, () => String.fromCharCode(33 + Math.floor(90 * next()))).join("").repeat(2).padEnd(19000, "x"),
    data: { ...run().data, classes: Array.from({ length: 900 }, () => String(next())) } })), { code: "card-long" });
});

test("a wrong card is refused with the place where it is wrong", () => {
  const wrong = [
    [{ text: 5 }, /^text: got 5, want a text/], [{ text: "x".repeat(20001) }, /^text: /],
    [{ settings: { ...run().settings, batch: 1e9 } }, /^settings\.batch: got 1000000000, want a whole number from 1 to 65536/],
    [{ settings: { ...run().settings, learningRate: "0.1" } }, /^settings\.learningRate: got "0\.1"/],
    [{ settings: { ...run().settings, optimizer: "constructor" } }, /^settings\.optimizer: /],
    [{ data: { ...run().data, choice: { kind: "__proto__" } } }, /^data\.choice\.kind: /],
    [{ data: { ...run().data, digest: "<b>" } }, /^data\.digest: /],
    [{ training: { step: [1, 1], loss: [1, 1], accuracy: [0, 0] } }, /do not rise/],
    [{ training: { step: [1, 2], loss: [1], accuracy: [0, 0] } }, /different lengths/],
    [{ confusion: [[1]] }, /^confusion: want 10 rows of 10/], [{ confusion: "x" }, /^confusion: got "x"/],
    [{ result: null }, /^result: got null/], [{ when: 1e300 }, /^when: /], [{ format: "other" }, /^format: /],
  ];
  for (const [changes, message] of wrong) assert.throws(() => recordFrom(run(changes)), { name: "CardError", code: "card", message });
  assert.throws(() => recordFrom(run({ version: 2 })), { code: "card-version" });
  for (const value of [null, undefined, 5, "x", [], {}]) assert.throws(() => recordFrom(value), { code: "card" });
});

test("of a card nothing unknown is taken", () => {
  const hostile = JSON.parse(JSON.stringify(run()).replace("{", '{"__proto__":{"polluted":1},"onload":"x",'));
  const taken = recordFrom(hostile);
  assert.deepEqual(taken, run());
  assert.equal(taken.polluted, undefined);
  assert.equal(recordFrom(run({ name: "<img src=x onerror=alert(1)>" })).name, "<img src=x onerror=alert(1)>"); // it is shown as text
});

test("broken links are refused, whatever is broken", async () => {
  const fragment = await fragmentOf(run());
  const next = random(11);
  for (let i = 0; i < 300; i++) {
    const at = 4 + Math.floor(next() * (fragment.length - 4));
    const other = "Ab9_-%<\u0000é"[Math.floor(next() * 9)];
    const broken = [fragment.slice(0, at), fragment.slice(0, at) + other + fragment.slice(at + 1), fragment + fragment.slice(at)][i % 3];
    const result = await fromFragment(broken).then(() => "taken", (error) => error.name);
    assert.ok(["taken", "CardError"].includes(result), `${result} at ${at}`); // a changed digit of the curve may pass
  }
  for (const text of ["", "#", "#run=", "#other=1", `#run=${"A".repeat(70000)}`, "#run=!!!!"]) await assert.rejects(fromFragment(text), { name: "CardError" }, text.slice(0, 20));
  const bomb = new Uint8Array(await new Response(new Blob([new Uint8Array(8 << 20)]).stream().pipeThrough(new CompressionStream("deflate-raw"))).arrayBuffer());
  await assert.rejects(fromFragment(`#run=${Buffer.from(bomb).toString("base64url")}`), /unpacks to more than/);
  await assert.rejects(fromFile(new Blob([new Uint8Array(2 << 20)])), /more than any card/);
  await assert.rejects(fromFile(new Blob(["{"])), /no JSON/);
  await assert.rejects(fromFile(new Blob([new Uint8Array([0xff, 0xfe])])), /no JSON/);
});

test("random changes of a record are taken or refused, and never break anything else", () => {
  const next = random(5);
  const values = [null, -1, 1e400, NaN, "", "x", [], {}, [[]], true, 2 ** 53, { length: 1e9 }];
  for (let i = 0; i < 2000; i++) {
    const copy = run();
    let place = copy;
    for (;;) {
      const names = Object.keys(place);
      const name = names[Math.floor(next() * names.length)];
      const inner = place[name];
      if (typeof inner === "object" && inner !== null && Object.keys(inner).length > 0 && next() < 0.7) place = inner;
      else {
        place[name] = values[Math.floor(next() * values.length)];
        break;
      }
    }
    try {
      const taken = recordFrom(copy);
      assert.ok(Object.keys(taken).length <= Object.keys(run()).length);
    } catch (error) {
      assert.equal(error.name, "CardError", `${error.stack}`);
    }
  }
});

test("curves are thinned with their ends as they are", () => {
  const step = Array.from({ length: 1000 }, (_, i) => i);
  const short = thin({ step, loss: step.map((s) => s / 10), accuracy: step.map(() => 0.5) }, 50);
  assert.equal(short.step.length, 50);
  assert.deepEqual([short.step[0], short.loss[0], short.step.at(-1), short.loss.at(-1)], [0, 0, 999, 99.9]);
  assert.ok(short.step.every((s, i) => i === 0 || s > short.step[i - 1]));
  assert.deepEqual(columns([{ step: 1, loss: NaN, accuracy: 0 }, { step: 2, loss: 1, accuracy: 0.5 }], 9), { step: [2], loss: [1], accuracy: [0.5] });
});

test("several seeds are a mean and one standard deviation around it", () => {
  assert.equal(deviation([2, 4, 4, 4, 5, 5, 7, 9]), Math.sqrt(32 / 7));
  assert.equal(deviation([3]), 0);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(valueAt([0, 10], [0, 1], 5), 0.5);
  assert.deepEqual(band([{ step: [0, 10, 20], values: [0, 1, 2] }, { step: [0, 10], values: [2, 3] }]),
    { step: [0, 10], mean: [1, 2], low: [1 - Math.SQRT2, 2 - Math.SQRT2], high: [1 + Math.SQRT2, 2 + Math.SQRT2] });
  assert.deepEqual(band([]), { step: [], mean: [], low: [], high: [] });
  assert.equal(family(run()), family(run({ settings: { ...run().settings, seed: 9 } })));
  assert.notEqual(family(run()), family(run({ settings: { ...run().settings, batch: 32 } })));
});

test("a run is repeatable where the same steps are made again", () => {
  assert.equal(repeatable(run()), true);
  assert.equal(repeatable(run({ moved: true })), false);
  const stopped = run({ result: { ...run().result, state: "stopped", step: 40 } });
  assert.equal(repeatable(stopped), false);
  const constant = { ...stopped, settings: { ...stopped.settings, schedule: "constant" } };
  assert.equal(repeatable(constant), true);
  assert.equal(replaySettings(constant).steps, 40);
  assert.equal(replaySettings(run()).steps, undefined);
  assert.deepEqual(apart({ step: [1, 2, 3], loss: [1, 1, 1], accuracy: [0, 0, 0] }, { step: [2, 3], loss: [1, 1.5], accuracy: [0, 0.25] }), { points: 2, loss: 0.5, accuracy: 0.25 });
});

const digits = { shape: [28, 28, 1], classes: 10, count: 54000, validationCount: 6000, testCount: 10000 };
/** A device on which a step takes a time per sample that grows with the width's square. */
const device = (perSample) => candidates(digits).map((net) => ({ ...net, ms: perSample * net.batch * (net.width / 8) ** 2, startMs: 200 }));

test("nets to choose from suit the data", () => {
  const texts = (task) => [...new Set(candidates({ validationCount: 0, ...task }).map(({ text }) => text))];
  assert.match(texts(digits)[1], /^INPUT 28x28x1 -> CONV 5x5x8 pad 2 -> BN -> RELU -> POOL 2 -> CONV 5x5x16 pad 2 -> BN -> RELU -> POOL 2 -> FC 10$/);
  assert.match(texts({ shape: [1, 1, 2], classes: 3, count: 600, testCount: 200 })[0], /^INPUT 1x1x2 -> FC 16 -> RELU -> FC 16 -> RELU -> FC 3$/);
  assert.equal(texts({ shape: [224, 224, 3], classes: 4, count: 80, testCount: 20 })[0].match(/POOL/g).length, 4);
  assert.deepEqual([...new Set(candidates({ shape: [32, 32, 3], classes: 2, count: 40, testCount: 10 }).map(({ batch }) => batch))], [10]);
});

test("a budget is spent, and kept", () => {
  for (const perSample of [0.05, 0.2, 1, 5]) {
    for (const seconds of [10, 60, 600]) {
      const plan = fit(device(perSample), digits, seconds);
      assert.ok(plan.seconds <= seconds, `${plan.seconds} of ${seconds}`);
      if (plan.reason === "widest") assert.ok(plan.seconds > 0.9 * seconds && plan.steps >= 300, JSON.stringify(plan));
    }
  }
  assert.ok(fit(device(0.05), digits, 60).width > fit(device(1), digits, 60).width);
  assert.equal(fit(device(50), digits, 10).reason, "slow");
  const few = { ...digits, count: 100, validationCount: 10, testCount: 20 };
  const plan = fit(device(0.05), few, 600);
  assert.equal(plan.reason, "enough");
  assert.ok(plan.steps === 3000 && plan.seconds < 600);
  const large = device(0.2).map((net) => (net.batch === 256 ? { ...net, ms: net.ms / 2 } : net));
  assert.equal(fit(large, digits, 60).batch, 256);
  assert.equal(fit(device(0.2), digits, 60).batch, 64);
});

test("a rehearsal on the real data makes the promise honest", () => {
  const few = { ...digits, count: 640, validationCount: 120, testCount: 120 };
  const plan = fit(device(0.5).slice(0, 1), few, 20);
  const exams = 10;
  const examMs = plan.ms / 20; // examinations of small sets take longer than their samples tell
  const slow = { steps: 100, ms: 100 * 1.5 * plan.ms + exams * few.validationCount * examMs, exams, examMs };
  const honest = corrected(plan, few, 20, slow);
  assert.ok(Math.abs(honest.ms - 1.5 * plan.ms) < 1e-9 && honest.examMs === examMs);
  assert.ok(honest.steps < 0.55 * plan.steps && honest.seconds <= 20, `${honest.steps} of ${plan.steps}, ${honest.seconds} s`);
  const fast = corrected(plan, few, 20, { steps: 100, ms: 0, exams: 1 });
  assert.equal(fast.steps, plan.steps, "it is not taken for faster than it was measured");
  assert.equal(corrected(plan, few, 20, { steps: 0, ms: 2000, exams: 0 }).ms, 2000, "not one step was made in that time");
});

test("a device that gets slower is stopped in time for the examination", () => {
  for (const seconds of [10, 60, 600]) {
    const plan = fit(device(0.5), digits, seconds);
    const end = lastMs(plan, digits, seconds);
    const exam = (digits.testCount * plan.ms) / plan.batch / 3;
    assert.ok(plan.seconds * 1000 - exam <= end, `as planned nothing is cut off: ${plan.seconds} s, ${end} ms`);
    assert.ok(end + plan.ms + 1.45 * exam <= seconds * 1000, `${end} ms, the last step and a slow examination`);
  }
  const { examMs, ...plan } = { ...fit(device(5), digits, 10), examMs: 20 };
  assert.equal(lastMs({ ...plan, examMs }, digits, 10), 0, "an examination that takes longer than the time leaves none to train");
});

test("the clock of a promise can be held, and rings once", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const pass = (ms) => { now += ms; t.mock.timers.tick(ms); };
  const clock = new Countdown();
  let rung = 0;
  clock.alarm(1000, () => { rung++; });
  pass(5000);
  assert.deepEqual([clock.ms, rung], [0, 0], "it does not run yet");
  clock.run();
  pass(600);
  clock.hold();
  pass(5000);
  assert.deepEqual([clock.ms, rung], [600, 0]);
  clock.run();
  clock.run(); // harmless
  pass(399);
  assert.equal(rung, 0);
  pass(1);
  assert.deepEqual([clock.ms, rung], [1000, 1]);
  clock.hold();
  clock.run();
  pass(5000);
  assert.equal(rung, 1);
});

test("of a known set one hears what to expect", () => {
  const known = [
    { width: 8, batch: 64, samples: 10000, accuracies: [0.96, 0.97] }, { width: 8, batch: 64, samples: 40000, accuracies: [0.98, 0.982] },
    { width: 16, batch: 64, samples: 10000, accuracies: [0.95, 0.96] },
  ];
  const close = (got, want) => got.forEach((value, i) => assert.ok(Math.abs(value - want[i]) < 1e-9, `${got}`));
  close(expected(known, { width: 8, batch: 64, steps: 312.5 }), [0.97, 0.976]);
  close(expected(known, { width: 8, batch: 64, steps: 625 }), [0.98, 0.982]);
  assert.equal(expected(known, { width: 8, batch: 64, steps: 1e6 }), null);
  assert.equal(expected(known, { width: 8, batch: 64, steps: 10 }), null);
  assert.equal(expected(known, { width: 8, batch: 256, steps: 100 }), null);
  assert.equal(fit(device(2), digits, 60, known).expected, null); // the narrow one, which was never measured
  const plan = fit(device(2).filter(({ width }) => width === 8), digits, 60, known);
  assert.deepEqual(plan.expected, expected(known, plan));
  assert.ok(plan.expected[0] > 0.97);
  assert.equal(fit(device(0.05), digits, 600, known).expected, null);
});

test("measuring ends in time, and where wider nets are hopeless", async () => {
  let clock = 0;
  const asked = [];
  const benchmark = async (net, steps) => {
    const ms = 0.2 * net.batch * (net.width / 8) ** 2;
    clock += 150 + (steps + 1) * ms;
    asked.push([net.width, net.batch, steps]);
    return Array(steps).fill(ms);
  };
  const measured = await measure(candidates(digits), digits, 60, { benchmark, now: () => clock });
  assert.ok(clock < 8000, `${clock} ms`);
  assert.deepEqual([...new Set(measured.map(({ width }) => width))], [4, 8, 16]);
  assert.ok(Math.abs(measured[0].startMs - 150) < 1 && measured[0].ms === 3.2);
  await assert.rejects(measure(candidates(digits), digits, 60, { benchmark, now: () => clock, signal: AbortSignal.abort() }), { name: "AbortError" });
});

test("health is told in words, the worst first", () => {
  const well = { layer: "CONV", index: 1, weight: 0.1, gradient: 0.01, mean: 0.2, deviation: 0.5, dead: 0 };
  assert.deepEqual(verdicts([well]), [{ code: "healthy", layer: 0, share: 0 }]);
  assert.deepEqual(verdicts([well, { ...well, index: 3, dead: 0.4 }, { ...well, index: 5, gradient: NaN }]).map(({ code, layer }) => [code, layer]), [["diverged", 5], ["dead", 3]]);
  assert.equal(verdicts([{ ...well, gradient: 1e-9 }, well])[0].code, "vanishing");
  assert.equal(verdicts([{ ...well, deviation: 1e5 }])[0].code, "exploding");
  assert.deepEqual(pairs([[5, 1, 0], [3, 5, 2], [0, 0, 9]], 2).map(({ label, predicted, count }) => [label, predicted, count]), [[1, 0, 3], [1, 2, 2]]);
});
