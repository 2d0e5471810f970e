// The nets that are measured, each as one list of layers from which every side builds its own: { input: [height, width,
// channels], layers }. The layers are described in layers.mjs.

const conv = (size, filters, { stride = 1, pad = 0, bias = true } = {}) => ({ op: "conv", size, filters, stride, pad, bias });
const depthwise = (size, { stride = 1, pad = (size - 1) / 2, bias = true } = {}) =>
  ({ op: "conv", depthwise: true, size, stride, pad, bias });
const maxpool = (size, stride = size, pad = 0) => ({ op: "maxpool", size, stride, pad });
const fc = (units, { bias = true } = {}) => ({ op: "fc", units, bias });
const [relu, relu6, bn, gap] = ["relu", "relu6", "bn", "gap"].map((op) => ({ op }));
const join = (how, ...paths) => ({ op: "join", how, paths: paths.map((path) => path.flat()) });
const repeat = (n, layers) => Array.from({ length: n }, () => layers).flat();

const net = (input, ...layers) => ({ input, layers: layers.flat() });

/** ConvNetJS's MNIST demo for pictures of size x size. */
export const mnist = (size) => net([size, size, 1],
  conv(5, 8, { pad: 2 }), relu, maxpool(2), conv(5, 16, { pad: 2 }), relu, maxpool(3), fc(10));

/** ConvNetJS's CIFAR-10 demo. */
export const cifar = net([32, 32, 3],
  conv(5, 16, { pad: 2 }), relu, maxpool(2), repeat(2, [conv(5, 20, { pad: 2 }), relu, maxpool(2)]), fc(10));

export const lenet = net([28, 28, 1],
  conv(5, 6, { pad: 2 }), relu, maxpool(2), conv(5, 16), relu, maxpool(2), fc(120), relu, fc(84), relu, fc(10));

/** AlexNet as on one GPU (Krizhevsky, 2014). */
export const alexnet = net([224, 224, 3],
  conv(11, 64, { stride: 4, pad: 2 }), relu, maxpool(3, 2), conv(5, 192, { pad: 2 }), relu, maxpool(3, 2),
  conv(3, 384, { pad: 1 }), relu, conv(3, 256, { pad: 1 }), relu, conv(3, 256, { pad: 1 }), relu, maxpool(3, 2),
  fc(4096), relu, fc(4096), relu, fc(1000));

const fire = (squeeze, expand) => [conv(1, squeeze), relu,
  join("concat", [conv(1, expand), relu], [conv(3, expand, { pad: 1 }), relu])];

/** SqueezeNet 1.1 (Iandola et al., 2016). */
export const squeezenet = net([224, 224, 3],
  conv(3, 64, { stride: 2 }), relu, maxpool(3, 2), fire(16, 64), fire(16, 64), maxpool(3, 2), fire(32, 128), fire(32, 128),
  maxpool(3, 2), fire(48, 192), fire(48, 192), fire(64, 256), fire(64, 256), conv(1, 1000), relu, gap);

const convBN = (size, filters, { stride = 1, pad = (size - 1) / 2 } = {}) => [conv(size, filters, { stride, pad, bias: false }), bn];

const basicBlock = (filters, stride, project) => [join("add",
  [convBN(3, filters, { stride }), relu, convBN(3, filters)], project ? [convBN(1, filters, { stride, pad: 0 })] : []), relu];
const basicStage = (blocks, filters, stride) =>
  [basicBlock(filters, stride, stride > 1), repeat(blocks - 1, basicBlock(filters, 1, false))].flat();

const residualStem = [convBN(7, 64, { stride: 2 }), relu, maxpool(3, 2, 1)].flat();

/** ResNet-18 (He et al., 2015). */
export const resnet18 = net([224, 224, 3], residualStem,
  basicStage(2, 64, 1), basicStage(2, 128, 2), basicStage(2, 256, 2), basicStage(2, 512, 2), gap, fc(1000));

const bottleneckStage = (blocks, filters, stride) => Array.from({ length: blocks }, (_, i) => {
  const first = i === 0, step = first ? stride : 1;
  return [join("add",
    [convBN(1, filters), relu, convBN(3, filters, { stride: step }), relu, convBN(1, 4 * filters)],
    first ? [convBN(1, 4 * filters, { stride: step, pad: 0 })] : []), relu];
}).flat();

/** ResNet-50, the stride in the 3x3 convolutions. */
export const resnet50 = net([224, 224, 3], residualStem, bottleneckStage(3, 64, 1), bottleneckStage(4, 128, 2),
  bottleneckStage(6, 256, 2), bottleneckStage(3, 512, 2), gap, fc(1000));

/** ResNet-20 for 32x32 (He et al., 2015), shortcuts by 1x1 convolutions. */
export const resnet20 = net([32, 32, 3], convBN(3, 16), relu,
  basicStage(3, 16, 1), basicStage(3, 32, 2), basicStage(3, 64, 2), gap, fc(10));

const inverted = (from, to, expansion, stride) => {
  const path = [expansion > 1 ? [convBN(1, from * expansion), relu6] : [],
    depthwise(3, { stride, bias: false }), bn, relu6, convBN(1, to)].flat(2);
  return stride === 1 && from === to ? [join("add", path, [])] : path;
};

/** MobileNetV2 (Sandler et al., 2018): rows of expansion, channels, blocks, first stride. */
const mobilenetRows = [[1, 16, 1, 1], [6, 24, 2, 2], [6, 32, 3, 2], [6, 64, 4, 2], [6, 96, 3, 1], [6, 160, 3, 2], [6, 320, 1, 1]];
export const mobilenetv2 = net([224, 224, 3], convBN(3, 32, { stride: 2 }), relu6,
  mobilenetRows.flatMap(([expansion, to, blocks, stride], row) => Array.from({ length: blocks }, (_, i) =>
    inverted(i > 0 ? to : row > 0 ? mobilenetRows[row - 1][1] : 32, to, expansion, i > 0 ? 1 : stride))).flat(),
  convBN(1, 1280), relu6, gap, fc(1000));

/** A small VGG (Simonyan & Zisserman, 2014) for 32x32. */
export const vgg = net([32, 32, 3],
  [64, 128, 256].flatMap((filters) => [...repeat(2, [conv(3, filters, { pad: 1 }), relu]), maxpool(2)]), fc(10));

/** All-CNN-C (Springenberg et al., 2014). */
export const allcnn = net([32, 32, 3],
  repeat(2, [conv(3, 96, { pad: 1 }), relu]), conv(3, 96, { stride: 2, pad: 1 }), relu,
  repeat(2, [conv(3, 192, { pad: 1 }), relu]), conv(3, 192, { stride: 2, pad: 1 }), relu,
  conv(3, 192, { pad: 1 }), relu, conv(1, 192), relu, conv(1, 10), relu, gap);

/** Nets of one layer: the kernels. A matrix product is a fully connected layer over as many pictures as it has rows. */
export const kernels = {
  "gemm512": { net: net([1, 1, 512], fc(512, { bias: false })), batch: 512 },
  "conv3x3-64-56": { net: net([56, 56, 64], conv(3, 64, { pad: 1 })), batch: 1 },
  "conv3x3-128-28": { net: net([28, 28, 128], conv(3, 128, { pad: 1 })), batch: 1 },
  "conv1x1-256-14": { net: net([14, 14, 256], conv(1, 256)), batch: 1 },
  "conv11x11s4-96-227": { net: net([227, 227, 3], conv(11, 96, { stride: 4 })), batch: 1 },
  // Four in a row, or most of the time would go into handing its maps in and out. A figure is of one.
  "dwconv3x3-64-112": { net: net([112, 112, 64], repeat(4, [depthwise(3)])), batch: 1, layers: 4 },
};
