"""Writes what a trusted implementation computed as JSON for `oracle` of the testing package.

    from oracle import case, emit
    emit("losses", "focal", f"torch {torch.__version__}: torchvision.ops.sigmoid_focal_loss", [
        case("two rows", {"logits": logits, "labels": labels}, value, gradients={"logits": logits.grad}, options={"gamma": 2}),
    ])

Arrays (torch, numpy, jax) become {shape, dtype, data}: floats as float32 to 9 significant digits, integers as int32, booleans as 0/1.
Plain numbers, strings, lists and dicts stay what they are. The same call writes the same bytes.
"""

import json
import math
import pathlib

import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "tests" / "oracles"


def number(value):
    """A number as JSON has it; what it has not (NaN, infinities) as strings."""
    if isinstance(value, (bool, int)):
        return value
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return int(value) if value == int(value) and abs(value) < 2**53 else value


def single(value):
    """A float32, in the digits that name it: nine at most."""
    return number(float(f"{np.float32(value):.9g}"))


def tensor(value):
    """An array as {shape, dtype, data}."""
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    array = np.asarray(value)
    if array.dtype == np.bool_:
        dtype, flat = "bool", [int(v) for v in array.ravel()]
    elif np.issubdtype(array.dtype, np.integer):
        dtype, flat = "int32", [int(v) for v in array.ravel()]
    else:
        dtype, flat = "float32", [single(v) for v in array.astype(np.float64).ravel()]
    return {"shape": list(array.shape), "dtype": dtype, "data": flat}


def encode(value):
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return number(value)
    if isinstance(value, dict):
        return {key: encode(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(part) for part in value]
    return tensor(value)


def case(name, inputs, value, gradients=None, options=None, upstream=None):
    """One call: its inputs by argument name, its value, and the gradients of the value's sum (of the sum of value * upstream, where that is given)."""
    made = {"name": name, "inputs": inputs, "options": options, "value": value, "upstream": upstream, "gradients": gradients}
    return {key: part for key, part in made.items() if part is not None}


def emit(package, name, source, cases):
    """Writes tests/oracles/<package>/<name>.json, the cases sorted by name, one a line, so that a change reads as a change."""
    names = [c["name"] for c in cases]
    if len(set(names)) != len(names):
        raise ValueError(f"{package}/{name}: two cases have one name")
    path = FOLDER / package / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(encode(c), allow_nan=False) for c in sorted(cases, key=lambda c: c["name"]))
    path.write_text(f'{{\n"source": {json.dumps(source)},\n"cases": [\n{lines}\n]\n}}\n')
