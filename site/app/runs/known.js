// What the nets of a time budget came to on MNIST, measured once: trained on the first `samples` training digits in one pass,
// Adam at 0.01 with one-cycle, batch 64, simd backend, seeds 1 and 2; accuracy on the 10,000 test digits.
//
//     fovea train "INPUT 28x28x1 -> CONV 5x5x8 pad 2 -> BN -> RELU -> POOL 2 -> CONV 5x5x16 pad 2 -> BN -> RELU -> POOL 2
//       -> FC 10" \
//         digits.npz --epochs 1 --batch 64 --schedule one-cycle --rate 0.01 --seed 1

/** @import { Known } from "./budget.js" */

/** @type {Known[]} */
export const mnist = [
  { width: 4, batch: 64, samples: 7500, accuracies: [0.9334, 0.9479] },
  { width: 4, batch: 64, samples: 15000, accuracies: [0.9574, 0.9646] },
  { width: 4, batch: 64, samples: 30000, accuracies: [0.9742, 0.9760] },
  { width: 4, batch: 64, samples: 60000, accuracies: [0.9818, 0.9824] },
  { width: 8, batch: 64, samples: 7500, accuracies: [0.9503, 0.9503] },
  { width: 8, batch: 64, samples: 15000, accuracies: [0.9722, 0.9719] },
  { width: 8, batch: 64, samples: 30000, accuracies: [0.9840, 0.9812] },
  { width: 8, batch: 64, samples: 60000, accuracies: [0.9879, 0.9862] },
];
