#!/usr/bin/env python3
"""Writes logits.json: what PyTorch computes with the nets that torchvision has.

The modules have torchvision's names and structure, written from its documentation, so that nothing but torch is needed.
Weights and pictures are numbers that value() draws from their names, as torch_logits_test.go does too.
"""

import json
import sys
import zlib

import numpy
import torch
from torch import nn
from torch.nn import functional as F


def value(name, n):
    """n numbers from -1 to 1: a hash of name and place (the finaliser of MurmurHash3)."""
    x = numpy.arange(n, dtype=numpy.uint32) + numpy.uint32(zlib.crc32(name.encode()))
    x = (x ^ (x >> 16)) * numpy.uint32(0x85EBCA6B)
    x = (x ^ (x >> 13)) * numpy.uint32(0xC2B2AE35)
    x ^= x >> 16
    return x.astype(numpy.float64) / 2**31 - 1


def fill(net):
    with torch.no_grad():
        for name, t in net.state_dict().items():
            if name.endswith("num_batches_tracked"):
                continue
            v = value(name, t.numel())
            if name.endswith("running_var"):
                v = 1 + v / 2
            elif t.dim() > 1:
                v *= (6 / t[0].numel()) ** 0.5  # keeps the size of what passes a RELU
            elif name.endswith("weight"):
                v = 1 + v / 5
            else:
                v /= 10
            t.copy_(torch.from_numpy(v.astype(numpy.float32)).reshape(t.shape))


def unit(i, o, k, act, **kw):
    return nn.Sequential(nn.Conv2d(i, o, k, bias=False, **kw), nn.BatchNorm2d(o), act())


class AlexNet(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, 11, stride=4, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(),
            nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(),
            nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2))
        self.classifier = nn.Sequential(
            nn.Dropout(), nn.Linear(256 * 36, 4096), nn.ReLU(),
            nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, classes))

    def forward(self, x):
        return self.classifier(F.adaptive_avg_pool2d(self.features(x), 6).flatten(1))


class VGG(nn.Module):
    def __init__(self, classes, counts):
        super().__init__()
        layers, i = [], 3
        for n, o in zip(counts, (64, 128, 256, 512, 512)):
            for _ in range(n):
                layers += [nn.Conv2d(i, o, 3, padding=1), nn.ReLU()]
                i = o
            layers.append(nn.MaxPool2d(2, 2))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Linear(512 * 49, 4096), nn.ReLU(), nn.Dropout(),
            nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, classes))

    def forward(self, x):
        return self.classifier(F.adaptive_avg_pool2d(self.features(x), 7).flatten(1))


class Block(nn.Module):
    def __init__(self, i, f, stride, deep):
        super().__init__()
        o = 4 * f if deep else f
        convs = [(i, f, 1, 1), (f, f, 3, stride), (f, o, 1, 1)] if deep else [(i, f, 3, stride), (f, f, 3, 1)]
        self.n = len(convs)
        for n, (a, b, k, s) in enumerate(convs, 1):
            setattr(self, f"conv{n}", nn.Conv2d(a, b, k, stride=s, padding=k // 2, bias=False))
            setattr(self, f"bn{n}", nn.BatchNorm2d(b))
        self.downsample = None
        if stride > 1 or i != o:
            self.downsample = nn.Sequential(nn.Conv2d(i, o, 1, stride=stride, bias=False), nn.BatchNorm2d(o))

    def forward(self, x):
        y = x
        for n in range(1, self.n + 1):
            y = getattr(self, f"bn{n}")(getattr(self, f"conv{n}")(y))
            if n < self.n:
                y = F.relu(y)
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    def __init__(self, classes, counts, deep):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False), nn.BatchNorm2d(64)
        i = 64
        for s, n in enumerate(counts):
            f, blocks = 64 << s, []
            for b in range(n):
                blocks.append(Block(i, f, 2 if s > 0 and b == 0 else 1, deep))
                i = 4 * f if deep else f
            setattr(self, f"layer{s + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(i, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean((2, 3)))


class BasicConv2d(nn.Module):
    def __init__(self, i, o, k, **kw):
        super().__init__()
        self.conv, self.bn = nn.Conv2d(i, o, k, bias=False, **kw), nn.BatchNorm2d(o, eps=0.001)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)))


C = BasicConv2d


class Inception(nn.Module):
    def __init__(self, i, a, b1, b3, c1, c3, d):
        super().__init__()
        self.branch1 = C(i, a, 1)
        self.branch2 = nn.Sequential(C(i, b1, 1), C(b1, b3, 3, padding=1))
        self.branch3 = nn.Sequential(C(i, c1, 1), C(c1, c3, 3, padding=1))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, 1, 1, ceil_mode=True), C(i, d, 1))

    def forward(self, x):
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


class GoogLeNet(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv1, self.conv2, self.conv3 = C(3, 64, 7, stride=2, padding=3), C(64, 64, 1), C(64, 192, 3, padding=1)
        self.inception3a = Inception(192, 64, 96, 128, 16, 32, 32)
        self.inception3b = Inception(256, 128, 128, 192, 32, 96, 64)
        self.inception4a = Inception(480, 192, 96, 208, 16, 48, 64)
        self.inception4b = Inception(512, 160, 112, 224, 24, 64, 64)
        self.inception4c = Inception(512, 128, 128, 256, 24, 64, 64)
        self.inception4d = Inception(512, 112, 144, 288, 32, 64, 64)
        self.inception4e = Inception(528, 256, 160, 320, 32, 128, 128)
        self.inception5a = Inception(832, 256, 160, 320, 32, 128, 128)
        self.inception5b = Inception(832, 384, 192, 384, 48, 128, 128)
        self.fc = nn.Linear(1024, classes)

    def forward(self, x):
        x = F.max_pool2d(self.conv1(x), 3, 2, ceil_mode=True)
        x = F.max_pool2d(self.conv3(self.conv2(x)), 3, 2, ceil_mode=True)
        x = F.max_pool2d(self.inception3b(self.inception3a(x)), 3, 2, ceil_mode=True)
        x = self.inception4e(self.inception4d(self.inception4c(self.inception4b(self.inception4a(x)))))
        x = F.max_pool2d(x, 2, 2, ceil_mode=True)
        return self.fc(self.inception5b(self.inception5a(x)).mean((2, 3)))


class InceptionA(nn.Module):
    def __init__(self, i, pool):
        super().__init__()
        self.branch1x1 = C(i, 64, 1)
        self.branch5x5_1, self.branch5x5_2 = C(i, 48, 1), C(48, 64, 5, padding=2)
        self.branch3x3dbl_1, self.branch3x3dbl_2 = C(i, 64, 1), C(64, 96, 3, padding=1)
        self.branch3x3dbl_3 = C(96, 96, 3, padding=1)
        self.branch_pool = C(i, pool, 1)

    def forward(self, x):
        return torch.cat([
            self.branch1x1(x), self.branch5x5_2(self.branch5x5_1(x)),
            self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x))),
            self.branch_pool(F.avg_pool2d(x, 3, 1, 1))], 1)


class InceptionB(nn.Module):
    def __init__(self, i):
        super().__init__()
        self.branch3x3 = C(i, 384, 3, stride=2)
        self.branch3x3dbl_1, self.branch3x3dbl_2 = C(i, 64, 1), C(64, 96, 3, padding=1)
        self.branch3x3dbl_3 = C(96, 96, 3, stride=2)

    def forward(self, x):
        return torch.cat([
            self.branch3x3(x), self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x))), F.max_pool2d(x, 3, 2)], 1)


class InceptionC(nn.Module):
    def __init__(self, i, c):
        super().__init__()
        self.branch1x1 = C(i, 192, 1)
        self.branch7x7_1 = C(i, c, 1)
        self.branch7x7_2, self.branch7x7_3 = C(c, c, (1, 7), padding=(0, 3)), C(c, 192, (7, 1), padding=(3, 0))
        self.branch7x7dbl_1 = C(i, c, 1)
        self.branch7x7dbl_2, self.branch7x7dbl_3 = C(c, c, (7, 1), padding=(3, 0)), C(c, c, (1, 7), padding=(0, 3))
        self.branch7x7dbl_4, self.branch7x7dbl_5 = C(c, c, (7, 1), padding=(3, 0)), C(c, 192, (1, 7), padding=(0, 3))
        self.branch_pool = C(i, 192, 1)

    def forward(self, x):
        y = self.branch7x7dbl_3(self.branch7x7dbl_2(self.branch7x7dbl_1(x)))
        return torch.cat([
            self.branch1x1(x), self.branch7x7_3(self.branch7x7_2(self.branch7x7_1(x))),
            self.branch7x7dbl_5(self.branch7x7dbl_4(y)),
            self.branch_pool(F.avg_pool2d(x, 3, 1, 1))], 1)


class InceptionD(nn.Module):
    def __init__(self, i):
        super().__init__()
        self.branch3x3_1, self.branch3x3_2 = C(i, 192, 1), C(192, 320, 3, stride=2)
        self.branch7x7x3_1, self.branch7x7x3_2 = C(i, 192, 1), C(192, 192, (1, 7), padding=(0, 3))
        self.branch7x7x3_3, self.branch7x7x3_4 = C(192, 192, (7, 1), padding=(3, 0)), C(192, 192, 3, stride=2)

    def forward(self, x):
        y = self.branch7x7x3_4(self.branch7x7x3_3(self.branch7x7x3_2(self.branch7x7x3_1(x))))
        return torch.cat([self.branch3x3_2(self.branch3x3_1(x)), y, F.max_pool2d(x, 3, 2)], 1)


class InceptionE(nn.Module):
    def __init__(self, i):
        super().__init__()
        self.branch1x1 = C(i, 320, 1)
        self.branch3x3_1 = C(i, 384, 1)
        self.branch3x3_2a, self.branch3x3_2b = C(384, 384, (1, 3), padding=(0, 1)), C(384, 384, (3, 1), padding=(1, 0))
        self.branch3x3dbl_1, self.branch3x3dbl_2 = C(i, 448, 1), C(448, 384, 3, padding=1)
        self.branch3x3dbl_3a, self.branch3x3dbl_3b = C(384, 384, (1, 3), padding=(0, 1)), C(384, 384, (3, 1), padding=(1, 0))
        self.branch_pool = C(i, 192, 1)

    def forward(self, x):
        y, z = self.branch3x3_1(x), self.branch3x3dbl_2(self.branch3x3dbl_1(x))
        return torch.cat([
            self.branch1x1(x), self.branch3x3_2a(y), self.branch3x3_2b(y), self.branch3x3dbl_3a(z), self.branch3x3dbl_3b(z),
            self.branch_pool(F.avg_pool2d(x, 3, 1, 1))], 1)


class InceptionV3(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.Conv2d_1a_3x3, self.Conv2d_2a_3x3 = C(3, 32, 3, stride=2), C(32, 32, 3)
        self.Conv2d_2b_3x3, self.Conv2d_3b_1x1, self.Conv2d_4a_3x3 = C(32, 64, 3, padding=1), C(64, 80, 1), C(80, 192, 3)
        self.Mixed_5b, self.Mixed_5c, self.Mixed_5d = InceptionA(192, 32), InceptionA(256, 64), InceptionA(288, 64)
        self.Mixed_6a = InceptionB(288)
        self.Mixed_6b, self.Mixed_6c = InceptionC(768, 128), InceptionC(768, 160)
        self.Mixed_6d, self.Mixed_6e = InceptionC(768, 160), InceptionC(768, 192)
        self.Mixed_7a, self.Mixed_7b, self.Mixed_7c = InceptionD(768), InceptionE(1280), InceptionE(2048)
        self.fc = nn.Linear(2048, classes)

    def forward(self, x):
        x = F.max_pool2d(self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(x))), 3, 2)
        x = F.max_pool2d(self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(x)), 3, 2)
        for m in "5b 5c 5d 6a 6b 6c 6d 6e 7a 7b 7c".split():
            x = getattr(self, "Mixed_" + m)(x)
        return self.fc(x.mean((2, 3)))


class Fire(nn.Module):
    def __init__(self, i, s, e):
        super().__init__()
        self.squeeze, self.expand1x1, self.expand3x3 = nn.Conv2d(i, s, 1), nn.Conv2d(s, e, 1), nn.Conv2d(s, e, 3, padding=1)

    def forward(self, x):
        x = F.relu(self.squeeze(x))
        return torch.cat([F.relu(self.expand1x1(x)), F.relu(self.expand3x3(x))], 1)


class SqueezeNet(nn.Module):
    def __init__(self, classes, version):
        super().__init__()
        pool = nn.MaxPool2d(3, 2, ceil_mode=True)
        if version == 0:
            self.features = nn.Sequential(
                nn.Conv2d(3, 96, 7, stride=2), nn.ReLU(), pool, Fire(96, 16, 64), Fire(128, 16, 64), Fire(128, 32, 128), pool,
                Fire(256, 32, 128), Fire(256, 48, 192), Fire(384, 48, 192), Fire(384, 64, 256), pool, Fire(512, 64, 256))
        else:
            self.features = nn.Sequential(
                nn.Conv2d(3, 64, 3, stride=2), nn.ReLU(), pool, Fire(64, 16, 64), Fire(128, 16, 64), pool,
                Fire(128, 32, 128), Fire(256, 32, 128), pool,
                Fire(256, 48, 192), Fire(384, 48, 192), Fire(384, 64, 256), Fire(512, 64, 256))
        self.classifier = nn.Sequential(nn.Dropout(), nn.Conv2d(512, classes, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1))

    def forward(self, x):
        return self.classifier(self.features(x)).flatten(1)


class DenseLayer(nn.Module):
    def __init__(self, i):
        super().__init__()
        self.norm1, self.conv1 = nn.BatchNorm2d(i), nn.Conv2d(i, 128, 1, bias=False)
        self.norm2, self.conv2 = nn.BatchNorm2d(128), nn.Conv2d(128, 32, 3, padding=1, bias=False)

    def forward(self, x):
        return torch.cat([x, self.conv2(F.relu(self.norm2(self.conv1(F.relu(self.norm1(x))))))], 1)


class DenseNet(nn.Module):
    def __init__(self, classes, counts):
        super().__init__()
        f = nn.Sequential()
        f.add_module("conv0", nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False))
        f.add_module("norm0", nn.BatchNorm2d(64))
        f.add_module("relu0", nn.ReLU())
        f.add_module("pool0", nn.MaxPool2d(3, 2, 1))
        i = 64
        for b, n in enumerate(counts, 1):
            block = nn.Sequential()
            for k in range(n):
                block.add_module(f"denselayer{k + 1}", DenseLayer(i))
                i += 32
            f.add_module(f"denseblock{b}", block)
            if b == len(counts):
                break
            t = nn.Sequential()
            t.add_module("norm", nn.BatchNorm2d(i))
            t.add_module("relu", nn.ReLU())
            t.add_module("conv", nn.Conv2d(i, i // 2, 1, bias=False))
            t.add_module("pool", nn.AvgPool2d(2, 2))
            f.add_module(f"transition{b}", t)
            i //= 2
        f.add_module("norm5", nn.BatchNorm2d(i))
        self.features, self.classifier = f, nn.Linear(i, classes)

    def forward(self, x):
        return self.classifier(F.relu(self.features(x)).mean((2, 3)))


class InvertedResidual(nn.Module):
    def __init__(self, i, o, stride, t):
        super().__init__()
        h, layers = i * t, []
        if t > 1:
            layers.append(unit(i, h, 1, act=nn.ReLU6))
        layers.append(unit(h, h, 3, stride=stride, padding=1, groups=h, act=nn.ReLU6))
        layers += [nn.Conv2d(h, o, 1, bias=False), nn.BatchNorm2d(o)]
        self.conv, self.short = nn.Sequential(*layers), stride == 1 and i == o

    def forward(self, x):
        return x + self.conv(x) if self.short else self.conv(x)


class MobileNetV2(nn.Module):
    def __init__(self, classes):
        super().__init__()
        layers, i = [unit(3, 32, 3, stride=2, padding=1, act=nn.ReLU6)], 32
        stages = (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)
        for t, c, n, s in stages:
            for k in range(n):
                layers.append(InvertedResidual(i, c, s if k == 0 else 1, t))
                i = c
        layers.append(unit(i, 1280, 1, act=nn.ReLU6))
        self.features, self.classifier = nn.Sequential(*layers), nn.Sequential(nn.Dropout(0.2), nn.Linear(1280, classes))

    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3)))


CLASSES = 10
NETS = {  # the net and the size of the picture, one at which rounding matters
    "alexnet": (AlexNet, 95),
    "vgg11": (lambda c: VGG(c, (1, 1, 2, 2, 2)), 64),
    "googlenet_bn": (GoogLeNet, 72),
    "inception_v3": (InceptionV3, 299),
    "resnet18": (lambda c: ResNet(c, (2, 2, 2, 2), False), 75),
    "resnet50": (lambda c: ResNet(c, (3, 4, 6, 3), True), 75),
    "squeezenet1_0": (lambda c: SqueezeNet(c, 0), 64),
    "squeezenet1_1": (lambda c: SqueezeNet(c, 1), 64),
    "densenet121": (lambda c: DenseNet(c, (6, 12, 24, 16)), 64),
    "mobilenet_v2": (MobileNetV2, 75),
}

torch.manual_seed(0)
torch.set_num_threads(1)
results = {}
for name, (make, size) in NETS.items():
    net = make(CLASSES).eval()
    fill(net)
    x = torch.from_numpy(value("x", 3 * size * size).astype(numpy.float32)).reshape(1, 3, size, size)
    with torch.no_grad():
        y = net(x)[0]
    tensors = sum(not n.endswith("num_batches_tracked") for n in net.state_dict())
    results[name] = {"size": size, "tensors": tensors, "logits": [float(f"{v:.7g}") for v in y.tolist()]}
    print(name, results[name], file=sys.stderr)
lines = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in results.items())
print("{\n" + lines + "\n}")
