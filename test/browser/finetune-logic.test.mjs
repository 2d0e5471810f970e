// How the page of fine-tuning examines a net. See docs/site.md.
import { test } from "node:test";
import assert from "node:assert/strict";
import { mostProbable, parts } from "../../site/app/finetune/examine.js";
import { interval } from "../../site/app/parts/interval.js";

test("parts hold each sample once, neighbours of a class together, and something of each class", () => {
  const labels = [...Array(10).fill(0), ...Array(7).fill(1)];
  const all = parts(labels, 4);
  assert.deepEqual(all.flat().sort((a, b) => a - b), labels.map((_, i) => i));
  for (const part of all) {
    assert.deepEqual([...new Set(part.map((i) => labels[i]))].sort(), [0, 1]);
    for (const label of [0, 1]) {
      const own = part.filter((i) => labels[i] === label);
      assert.equal(own.at(-1) - own[0] + 1, own.length, "they follow each other");
    }
  }
  assert.equal(parts([0, 0, 1, 1], 4).length, 2, "no part is empty");
});

test("the interval is Wilson's", () => {
  const near = ([low, high], [l, h]) => assert.ok(Math.abs(low - l) < 5e-4 && Math.abs(high - h) < 5e-4, `${low} ${high}`);
  near(interval(27, 30), [0.7438, 0.9654]);
  near(interval(0, 10), [0, 0.2775]);
  near(interval(10, 10), [0.7225, 1]);
});

test("the most probable class is found in each row", () => {
  assert.deepEqual(mostProbable(Float32Array.of(0.1, 0.7, 0.2, 0.5, 0.2, 0.3), 3), [1, 0]);
});
