"""Measures PyTorch on the processor: training steps of a list of layers (bench/lib/layers.mjs).

Reads {net, batch, threads, steps, warmup, learningRate, momentum} as JSON and writes {ms, loss, on, parameters}.
"""

import json
import sys
import time

import torch
from torch import nn


class Join(nn.Module):
    """Paths that start from one value; add and concat as in layers.mjs."""

    def __init__(self, how, paths):
        super().__init__()
        self.how, self.paths = how, nn.ModuleList(paths)

    def forward(self, x):
        ends = [path(x) for path in self.paths]
        return ends[0] + ends[1] if self.how == "add" else torch.cat(ends, 1)


def shape_of(module, shape):
    """[C, H, W] or [C] behind a module; the batch norms' counts stay as they were."""
    module.eval()
    with torch.no_grad():
        out = module(torch.zeros(1, *shape)).shape[1:]
    module.train()
    return list(out)


def module_of(layer, shape):
    op = layer["op"]
    if op == "conv":
        channels, deep = shape[0], layer.get("depthwise")
        return nn.Conv2d(channels, channels if deep else layer["filters"], layer["size"], layer["stride"], layer["pad"],
                         groups=channels if deep else 1, bias=layer["bias"])
    if op == "maxpool":
        return nn.MaxPool2d(layer["size"], layer["stride"], layer["pad"])
    if op == "relu":
        return nn.ReLU(inplace=True)
    if op == "relu6":
        return nn.ReLU6(inplace=True)
    if op == "bn":
        return nn.BatchNorm2d(shape[0])
    if op == "gap":
        return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
    if op == "fc":
        inputs = torch.Size(shape).numel()
        return nn.Sequential(nn.Flatten(), nn.Linear(inputs, layer["units"], bias=layer["bias"]))
    if op == "join":
        return Join(layer["how"], [sequence(path, shape) for path in layer["paths"]])
    raise ValueError(f"there is no layer {op}")


def sequence(layers, shape):
    modules = []
    for layer in layers:
        modules.append(module_of(layer, shape))
        shape = shape_of(modules[-1], shape)
    return nn.Sequential(*modules)


def main():
    options = json.load(sys.stdin)
    torch.set_num_threads(options["threads"])
    torch.manual_seed(1)
    height, width, channels = options["net"]["input"]
    model = sequence(options["net"]["layers"], [channels, height, width]).to(memory_format=torch.channels_last)
    x = torch.rand(options["batch"], channels, height, width).to(memory_format=torch.channels_last)
    labels = torch.randint(0, 10, (options["batch"],))
    optimizer = torch.optim.SGD(model.parameters(), lr=options["learningRate"], momentum=options["momentum"])

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.cross_entropy(model(x), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    ms = []
    for i in range(options["warmup"] + options["steps"]):
        began = time.perf_counter()
        loss = step()
        if i >= options["warmup"]:
            ms.append(1000 * (time.perf_counter() - began))
    threads = torch.get_num_threads()
    json.dump({
        "ms": ms, "loss": loss, "parameters": sum(p.numel() for p in model.parameters()),
        "on": f"PyTorch {torch.__version__}, {threads} thread{'s' if threads > 1 else ''}",
    }, sys.stdout)


main()
