"""Checks exported models with ONNX's own checker, and computes them where ONNX Runtime is at hand.

    go test ./nn/onnx/export -run TestWriteFiles -args -write "$PWD/build/onnx"
    python3 test/onnx/check.py build/onnx

Each folder holds model.onnx and, in test_data_set_0, an input and the output that Fovea computes, as in ONNX's test cases.
Debian has the checker as python3-onnx. Without it the script says so and succeeds; with --strict it fails.
"""

import argparse
import pathlib
import sys

TOLERANCE = 1e-5  # of probabilities: rounding of float32 over a few dozen layers


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--strict", action="store_true", help="fail where the checker is missing")
    args = parser.parse_args()
    try:
        import onnx
        import onnx.checker
        import onnx.shape_inference
    except ImportError:
        print("not checked: Python has no module onnx; on Debian, apt-get install python3-onnx")
        return 1 if args.strict else 0
    models = sorted(args.folder.glob("*/model.onnx"))
    if not models:
        print(f"no models in {args.folder}: write them as the head of this script says")
        return 1
    bad = 0
    for path in models:
        try:
            print(f"{path.parent.name}: {check(onnx, path)}")
        except Exception as e:  # each model is checked, whatever is wrong with another
            bad += 1
            print(f"{path.parent.name}: FAILED: {e}")
    print(f"{len(models) - bad} of {len(models)} models pass")
    return 1 if bad else 0


def check(onnx, path):
    """Checks one model, whose inferred shapes must be those that it declares."""
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    declared = [shape(v) for v in model.graph.output]
    # Without the declaration, so that inference has to find the sizes itself.
    for v in model.graph.output:
        v.type.tensor_type.ClearField("shape")
    inferred = [shape(v) for v in onnx.shape_inference.infer_shapes(model, strict_mode=True).graph.output]
    for want, got in zip(declared, inferred):
        if got and (len(got) != len(want) or any(a != b for a, b in zip(got, want) if isinstance(a, int) and isinstance(b, int))):
            raise ValueError(f"output is declared as {want}, inferred as {got}")
    return f"{len(model.graph.node)} nodes, output {declared[0]}, {computed(onnx, path)}"


def shape(value):
    return [d.dim_value if d.HasField("dim_value") else d.dim_param for d in value.type.tensor_type.shape.dim]


def computed(onnx, path):
    """Compares with ONNX Runtime, where there is one."""
    try:
        import onnxruntime
    except ImportError:
        return "not computed: Python has no module onnxruntime"
    data = path.parent / "test_data_set_0"

    def tensor(name):
        t = onnx.TensorProto()
        t.ParseFromString((data / name).read_bytes())
        return onnx.numpy_helper.to_array(t)

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    got = session.run(None, {session.get_inputs()[0].name: tensor("input_0.pb")})[0]
    worst = abs(got - tensor("output_0.pb")).max()
    if not worst <= TOLERANCE:
        raise ValueError(f"the output differs by {worst:.3g}, want at most {TOLERANCE:g}")
    return f"differs from ONNX Runtime's by {worst:.2g}"


sys.exit(main())
