#!/usr/bin/env python3
"""Writes pillow.json: what Pillow and PyTorch make of pictures that preprocess_test.go draws by the same formula.

resize    the CRC-32 of Image.resize, for each of MODES all of FILTERS, and the first bytes of the last one
sweep     for each of FILTERS the CRC-32 of all rows and columns of 1 to 40 pixels, resized to 1 to 40 of them
pipeline  the CRC-32 of bytes and of float32 (little-endian) after the steps of torchvision, which are written here from
          its documentation, as torchvision itself is not needed: Resize, CenterCrop, ToTensor, Normalize
"""

import itertools
import json
import zlib

import numpy
import PIL
import torch
from PIL import Image

KINDS = ["noise", "smooth", "edges"]
FILTERS = ["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"]
MODES = ["RGB", "L"]

# [height, width] before and after.
SIZES = [
    # smaller
    [[7, 9], [3, 4]], [[16, 16], [8, 8]], [[31, 33], [16, 16]], [[33, 31], [7, 30]], [[64, 48], [1, 1]],
    [[48, 64], [5, 63]], [[100, 3], [10, 2]], [[3, 100], [2, 10]], [[61, 67], [13, 17]], [[257, 129], [28, 28]],
    [[120, 160], [32, 42]], [[97, 89], [96, 88]], [[300, 200], [21, 14]], [[255, 256], [64, 85]],
    # larger
    [[3, 4], [7, 9]], [[8, 8], [16, 16]], [[16, 16], [31, 33]], [[7, 5], [61, 67]], [[28, 28], [64, 64]],
    [[2, 2], [23, 3]], [[14, 14], [21, 21]], [[2, 2], [7, 7]], [[10, 10], [99, 101]],
    # one side larger, one smaller
    [[40, 10], [10, 40]], [[9, 60], [31, 7]], [[50, 2], [3, 75]],
    # one side the same, or both
    [[20, 30], [20, 15]], [[20, 30], [10, 30]], [[20, 30], [20, 31]], [[20, 30], [47, 30]], [[20, 30], [20, 30]],
    # sides of one pixel
    [[1, 1], [1, 1]], [[1, 1], [5, 3]], [[1, 9], [1, 4]], [[9, 1], [4, 1]], [[1, 40], [7, 3]], [[40, 1], [3, 7]],
    [[1, 5], [1, 17]], [[6, 6], [1, 6]], [[6, 6], [6, 1]],
    # many pixels to one
    [[500, 2], [1, 2]], [[2, 1000], [2, 3]], [[700, 600], [2, 2]],
    # a large one
    [[540, 960], [256, 455]],
]

# Name, [height, width], resize, filter, crop, channels.
IMAGENET = [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]]
PIPELINES = [
    ["torchvision", [h, w], [256], "bilinear", [224, 224], "rgb", 255, *IMAGENET]
    for h, w in [[375, 500], [500, 375], [256, 256], [100, 100], [480, 640], [64, 301], [233, 1], [257, 259]]
] + [
    ["torchvision-299", [300, 401], [342], "bilinear", [299, 299], "rgb", 255, *IMAGENET],
    ["caffe", [300, 401], [256, 256], "bilinear", [224, 224], "bgr", 1, [104, 117, 123], [1, 1, 1]],
    ["unit", [120, 87], [224], "bilinear", [224, 224], "rgb", 255, [0, 0, 0], [1, 1, 1]],
    ["mnist", [28, 28], [28], "bilinear", [28, 28], "gray", 255, [0.1307], [0.3081]],
    ["mnist", [51, 40], [28], "bilinear", [28, 28], "gray", 255, [0.1307], [0.3081]],
    ["", [60, 71], [40], "bicubic", [33, 40], "rgb", 255, *IMAGENET],
    ["", [60, 71], [40], "lanczos", [65, 45], "bgr", 255, *IMAGENET],  # larger than the picture, in one direction
    ["", [60, 71], [17], "hamming", [32, 31], "gray", 255, [0.5], [0.25]],  # in both
    ["", [60, 71], [], "", [41, 40], "rgb", 255, *IMAGENET],  # halves that round up and down
    ["", [60, 71], [], "", [39, 40], "rgb", 255, *IMAGENET],
    ["", [60, 71], [], "", [90, 102], "gray", 255, [0.5], [0.25]],
    ["", [60, 71], [30, 33], "box", [], "rgb", 255, *IMAGENET],
]


def picture(kind, h, w):
    """[h,w,4] bytes: a hash of place and channel, or smooth waves, or 0 and 255 alone, which filters overshoot at."""
    y, x, c = numpy.meshgrid(*(numpy.arange(n, dtype=numpy.uint32) for n in (h, w, 4)), indexing="ij")
    v = x * numpy.uint32(374761393) + y * numpy.uint32(668265263) + c * numpy.uint32(2246822519)
    v = (v ^ (v >> 13)) * numpy.uint32(1274126177)
    v ^= v >> 16
    if kind == "smooth":
        v = (x * 5 + y * 3 + c * 40) % 512
        v = numpy.where(v < 256, v, 511 - v)
    if kind == "edges":
        v = (v & 1) * 255
    return (v & 255).astype(numpy.uint8)


def crc(array):
    return zlib.crc32(numpy.ascontiguousarray(array).tobytes())


def resized(img, size):
    """Resize of torchvision."""
    if len(size) == 2:
        return size
    w, h = img.size
    short, long = (w, h) if w <= h else (h, w)
    new_short, new_long = size[0], int(size[0] * long / short)
    return [new_long, new_short] if w <= h else [new_short, new_long]


def center_crop(img, size):
    """CenterCrop of torchvision, which pads first where there are too few pixels."""
    w, h = img.size
    th, tw = size
    left, top = (tw - w) // 2 if tw > w else 0, (th - h) // 2 if th > h else 0
    right, bottom = (tw - w + 1) // 2 if tw > w else 0, (th - h + 1) // 2 if th > h else 0
    padded = Image.new(img.mode, (left + w + right, top + h + bottom), 0)
    padded.paste(img, (left, top))
    w, h = padded.size
    y, x = int(round((h - th) / 2.0)), int(round((w - tw) / 2.0))
    return padded.crop((x, y, x + tw, y + th))


def filter_of(name):
    return Image.Resampling[name.upper()]


def resize_cases():
    for kind, (before, after) in itertools.product(KINDS, SIZES):
        img = Image.fromarray(picture(kind, *before), "RGBA")
        out = [numpy.asarray(img.convert(m).resize(after[::-1], filter_of(f))) for m in MODES for f in FILTERS]
        yield {"kind": kind, "from": before, "to": after, "crc": [crc(o) for o in out], "row": out[-1].reshape(-1)[:6].tolist()}


def sweep(f):
    sum = 0
    for before, after in itertools.product(range(1, 41), repeat=2):
        for shape in (lambda n: (1, n)), (lambda n: (n, 1)):
            img = Image.fromarray(picture("noise", *shape(before)), "RGBA").convert("RGB")
            sum = zlib.crc32(img.resize(shape(after)[::-1], filter_of(f)).tobytes(), sum)
    return sum


def pipeline_cases():
    for name, size, resize, filter, crop, order, scale, mean, deviation in PIPELINES:
        img = Image.fromarray(picture("smooth", *size), "RGBA").convert("L" if order == "gray" else "RGB")
        if resize:
            img = img.resize(resized(img, resize)[::-1], filter_of(filter))
        if crop:
            img = center_crop(img, crop)
        b = numpy.asarray(img).reshape(img.size[1], img.size[0], -1)
        if order == "bgr":
            b = b[:, :, ::-1]
        b = b.copy()
        x = torch.from_numpy(b).float().div(scale)
        x = x.sub_(torch.tensor(mean)).div_(torch.tensor(deviation)).numpy()
        p = {"resize": resize, "filter": filter, "crop": crop, "size": list(b.shape[:2]), "order": order, "scale": scale, "mean": mean, "deviation": deviation}
        p = {k: v for k, v in p.items() if v != [] and v != ""}
        yield {"name": name, "from": size, "preprocess": p, "crc": [crc(b), crc(x)]}


if __name__ == "__main__":
    def lines(cases):
        return ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)

    print(f'{{"pillow":"{PIL.__version__}","filters":{json.dumps(FILTERS)},"sweep":{[sweep(f) for f in FILTERS]},')
    print(f'"resize":[\n{lines(resize_cases())}],\n"pipeline":[\n{lines(pipeline_cases())}]}}')
