package zoo

import "strconv"

// table lists the nets, by their year. Results are those of the papers, of Caffe where that is said, and otherwise of
// torchvision's weights: one view, 224x224.
var table = []Entry{
	{Name: "lenet5", Title: "LeNet-5", Parameters: 61_706, Classes: 10, Size: 32, MinSize: 32,
		Result: "MNIST 0.95 % error"},
	{Name: "alexnet_towers", Title: "AlexNet, two towers", Parameters: 60_965_224, Classes: 1000, Size: 227, MinSize: 67,
		Result: "ImageNet 57.1 % top-1 (Caffe)"},
	{Name: "zfnet", Title: "ZFNet", Parameters: 62_357_608, Classes: 1000, Size: 224, MinSize: 63},
	{Name: "nin", Title: "Network in network, for CIFAR-10", Parameters: 966_986, Classes: 10, Size: 32, MinSize: 6,
		Result: "CIFAR-10 91.2 %, augmented"},
	{Name: "alexnet", Title: "AlexNet, one tower", Parameters: 61_100_840, Classes: 1000, Size: 224, MinSize: 63,
		Result: "ImageNet 56.522 % top-1"},
	{Name: "allcnn", Title: "All-CNN-C", Parameters: 1_369_738, Classes: 10, Size: 32, MinSize: 9,
		Result: "CIFAR-10 92.75 %, augmented"},
	{Name: "convnetjs_mnist", Title: "ConvNetJS's net for MNIST", Parameters: 5_994, Classes: 10, Size: 24, MinSize: 6},
	{Name: "convnetjs_cifar", Title: "ConvNetJS's net for CIFAR-10", Parameters: 22_466, Classes: 10, Size: 32, MinSize: 8},
	{Name: "vgg11", Title: "VGG-11", Parameters: 132_863_336, Classes: 1000, Size: 224, MinSize: 32,
		file: "vgg", variables: sizes(1, 1, 2, 2, 2)},
	{Name: "vgg13", Title: "VGG-13", Parameters: 133_047_848, Classes: 1000, Size: 224, MinSize: 32,
		file: "vgg", variables: sizes(2, 2, 2, 2, 2)},
	{Name: "vgg16", Title: "VGG-16", Parameters: 138_357_544, Classes: 1000, Size: 224, MinSize: 32,
		file: "vgg", variables: sizes(2, 2, 3, 3, 3), Result: "ImageNet 71.592 % top-1"},
	{Name: "vgg19", Title: "VGG-19", Parameters: 143_667_240, Classes: 1000, Size: 224, MinSize: 32,
		file: "vgg", variables: sizes(2, 2, 4, 4, 4)},
	{Name: "googlenet", Title: "GoogLeNet", Parameters: 6_998_552, SideParameters: 6_379_728,
		Classes: 1000, Size: 224, MinSize: 79, Result: "ImageNet 68.7 % top-1 (Caffe)"},
	{Name: "googlenet_bn", Title: "GoogLeNet with batch normalisation", Parameters: 6_624_904, SideParameters: 6_379_984,
		Classes: 1000, Size: 224, MinSize: 32, Result: "ImageNet 69.778 % top-1"},
	{Name: "inception_v3", Title: "Inception-v3", Parameters: 23_834_568, SideParameters: 3_326_696,
		Classes: 1000, Size: 299, MinSize: 299, Result: "ImageNet 77.294 % top-1, 299x299"},
	{Name: "resnet18", Title: "ResNet-18", Parameters: 11_689_512, Classes: 1000, Size: 224, MinSize: 32,
		file: "resnet_basic", variables: sizes(2, 2, 2, 2), Result: "ImageNet 69.758 % top-1"},
	{Name: "resnet34", Title: "ResNet-34", Parameters: 21_797_672, Classes: 1000, Size: 224, MinSize: 32,
		file: "resnet_basic", variables: sizes(3, 4, 6, 3)},
	{Name: "resnet50", Title: "ResNet-50", Parameters: 25_557_032, Classes: 1000, Size: 224, MinSize: 32,
		file: "resnet_bottleneck", variables: sizes(3, 4, 6, 3), Result: "ImageNet 76.130 % top-1"},
	{Name: "resnet101", Title: "ResNet-101", Parameters: 44_549_160, Classes: 1000, Size: 224, MinSize: 32,
		file: "resnet_bottleneck", variables: sizes(3, 4, 23, 3)},
	{Name: "resnet152", Title: "ResNet-152", Parameters: 60_192_808, Classes: 1000, Size: 224, MinSize: 32,
		file: "resnet_bottleneck", variables: sizes(3, 8, 36, 3), Result: "ImageNet 78.312 % top-1"},
	{Name: "resnet20", Title: "ResNet-20, for CIFAR-10", Parameters: 269_722, Classes: 10, Size: 32, MinSize: 4,
		file: "resnet_cifar", variables: []variable{{"n", 3}}, Result: "CIFAR-10 91.3 %"},
	{Name: "resnet56", Title: "ResNet-56, for CIFAR-10", Parameters: 853_018, Classes: 10, Size: 32, MinSize: 4,
		file: "resnet_cifar", variables: []variable{{"n", 9}}},
	{Name: "wrn16_4", Title: "WRN-16-4", Parameters: 2_748_890, Classes: 10, Size: 32, MinSize: 4,
		file: "wrn", variables: []variable{{"n", 2}, {"k", 4}}},
	{Name: "wrn40_4", Title: "WRN-40-4", Parameters: 8_949_210, Classes: 10, Size: 32, MinSize: 4,
		file: "wrn", variables: []variable{{"n", 6}, {"k", 4}}},
	{Name: "wrn28_10", Title: "WRN-28-10", Parameters: 36_479_194, Classes: 10, Size: 32, MinSize: 4,
		file: "wrn", variables: []variable{{"n", 4}, {"k", 10}}, Result: "CIFAR-10 4.00 % error"},
	{Name: "squeezenet1_0", Title: "SqueezeNet 1.0", Parameters: 1_248_424, Classes: 1000, Size: 224, MinSize: 29},
	{Name: "squeezenet1_1", Title: "SqueezeNet 1.1", Parameters: 1_235_496, Classes: 1000, Size: 224, MinSize: 25,
		Result: "ImageNet 58.178 % top-1"},
	{Name: "simplenet", Title: "SimpleNet, 13 layers", Parameters: 5_493_834, Classes: 10, Size: 32, MinSize: 32,
		Result: "CIFAR-10 95.3 %, MNIST 99.75 %"},
	{Name: "densenet121", Title: "DenseNet-121", Parameters: 7_978_856, Classes: 1000, Size: 224, MinSize: 32,
		Result: "ImageNet 74.434 % top-1"},
	{Name: "mobilenet_v2", Title: "MobileNetV2", Parameters: 3_504_872, Classes: 1000, Size: 224, MinSize: 32,
		Result: "ImageNet 71.878 % top-1"},
}

// sizes are $n1, $n2 and so on.
func sizes(n ...int) []variable {
	var vs []variable
	for i, v := range n {
		vs = append(vs, variable{"n" + strconv.Itoa(i+1), v})
	}
	return vs
}
