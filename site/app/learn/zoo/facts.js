// What is known of famous nets before the engine is there. Parameters and results are those of nn/zoo, whose tests count them.

/**
 * `parameters` in millions; `top1` of ImageNet in percent, one view; `idea` is the message learn-zoo.idea.<idea>.
 * @typedef {{ name: string, title: string, year: number, parameters: number, top1?: number, result: string, idea: string }} Fact
 */

/** @type {Fact[]} */
export const facts = [
  { name: "lenet5", title: "LeNet-5", year: 1998, parameters: 0.061706, result: "MNIST 99.05 %", idea: "lenet" },
  { name: "alexnet", title: "AlexNet", year: 2012, parameters: 61.10084, top1: 56.522, result: "", idea: "alexnet" },
  { name: "zfnet", title: "ZFNet", year: 2013, parameters: 62.357608, result: "", idea: "zfnet" },
  { name: "nin", title: "NiN", year: 2013, parameters: 0.966986, result: "CIFAR-10 91.2 %", idea: "nin" },
  { name: "vgg16", title: "VGG-16", year: 2014, parameters: 138.357544, top1: 71.592, result: "", idea: "vgg" },
  { name: "googlenet", title: "GoogLeNet", year: 2014, parameters: 6.998552, top1: 68.7, result: "", idea: "googlenet" },
  { name: "inception_v3", title: "Inception-v3", year: 2015, parameters: 23.834568, top1: 77.294, result: "", idea: "inception" },
  { name: "resnet18", title: "ResNet-18", year: 2015, parameters: 11.689512, top1: 69.758, result: "", idea: "resnet" },
  { name: "resnet50", title: "ResNet-50", year: 2015, parameters: 25.557032, top1: 76.13, result: "", idea: "bottleneck" },
  { name: "resnet152", title: "ResNet-152", year: 2015, parameters: 60.192808, top1: 78.312, result: "", idea: "resnet152" },
  { name: "squeezenet1_1", title: "SqueezeNet 1.1", year: 2016, parameters: 1.235496, top1: 58.178, result: "",
    idea: "squeezenet" },
  { name: "densenet121", title: "DenseNet-121", year: 2016, parameters: 7.978856, top1: 74.434, result: "", idea: "densenet" },
  { name: "wrn28_10", title: "WRN-28-10", year: 2016, parameters: 36.479194, result: "CIFAR-10 96.00 %", idea: "wrn" },
  { name: "mobilenet_v2", title: "MobileNetV2", year: 2018, parameters: 3.504872, top1: 71.878, result: "", idea: "mobilenet" },
];

export const [leastParameters, mostParameters] = [1, 200]; // millions, of the drawing's axis
export const [leastTop1, mostTop1] = [54, 80]; // percent

/** Where a net stands in the drawing: 0 to 1 along each axis, the parameters by their logarithm. @param {Fact} fact */
export function placeOf({ parameters, top1 = 0 }) {
  const x = Math.log(parameters / leastParameters) / Math.log(mostParameters / leastParameters);
  return { x, y: (top1 - leastTop1) / (mostTop1 - leastTop1) };
}
