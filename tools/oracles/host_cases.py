"""Writes cases of host functions (plain numbers and arrays) as JSON for `hostCases` of the testing package."""

import json
import math
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "tests" / "oracles"


def plain(value):
    """Numbers as JSON has them; what it has not (NaN, infinities) as strings."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, bool) or not isinstance(value, float):
        return value
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def case(name, inputs, value):
    return {"name": name, "inputs": plain(inputs), "value": plain(value)}


def write(name, source, cases):
    """`name` is `core/host_...`; one case a line, so that a change reads as a change."""
    path = FOLDER / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(c) for c in cases)
    path.write_text(f'{{\n"source": {json.dumps(source)},\n"cases": [\n{lines}\n]\n}}\n')
