/** Nets to begin with; the names are in messages/<language>.json under preset.<name>. */
export const presets = {
  convnet: `INPUT 28x28x1
-> CONV 5x5x8 pad 2 -> RELU -> POOL 2
-> CONV 5x5x16 pad 2 -> RELU -> POOL 3
-> FC 10`,
  linear: `INPUT 28x28x1 -> FC 10`,
  lenet: `INPUT 28x28x1
-> CONV 5x5x6 pad 2 -> RELU -> POOL 2
-> CONV 5x5x16 -> RELU -> POOL 2
-> FC 120 -> RELU -> FC 84 -> RELU
-> FC 10`,
  blocks: `INPUT 28x28x1
-> [CONV 3x3x16 pad 1 -> RELU -> POOL 2]*2
-> FC 64 -> RELU
-> FC 10`,
};
