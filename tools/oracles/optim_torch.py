"""Optimizers that optax lacks, or has otherwise: twenty steps in float64 of PyTorch's, pytorch_optimizer's and timm's."""

import importlib.metadata
import importlib.util
import json
import sys

import numpy as np
import torch
from oracle import FOLDER, case, emit
from pytorch_optimizer.optimizer.lookahead import Lookahead
from pytorch_optimizer.optimizer.orthograd import OrthoGrad
from pytorch_optimizer.optimizer.shampoo import Shampoo
from pytorch_optimizer.optimizer.soap import SOAP

# timm's optimizers without its models, which want torchvision.
for folder in ("timm", "timm.optim"):
    sys.modules[folder] = importlib.util.module_from_spec(importlib.util.find_spec(folder))
from timm.optim.adamw import AdamWLegacy  # noqa: E402
from timm.optim.lion import Lion  # noqa: E402

STEPS = 20
torch.set_default_dtype(torch.float64)

stored = json.loads((FOLDER / "optim" / "gradients.json").read_text())["cases"][0]["inputs"]
recorded = {key: torch.tensor(np.array(x["data"]).reshape(x["shape"])) for key, x in stored.items()}

MATRIX = {"w": torch.tensor([[1, -2, 0.5], [0.3, 0.7, -1.2]])}
CURVATURE = torch.tensor([[1, 4, 0.25], [2, 0.5, 1]])


def bowl(params):
    return 0.5 * (CURVATURE * params["w"] ** 2).sum()


VECTOR = {"w": torch.tensor([1, -2, 0.5])}
VALLEY = {"x": torch.tensor(-1.2), "y": torch.tensor(1.0)}


def quadratic(params):
    return 0.5 * (torch.tensor([1, 4, 0.25]) * params["w"] ** 2).sum()


def rosenbrock(params):
    return (1 - params["x"]) ** 2 + 100 * (params["y"] - params["x"] ** 2) ** 2


def run(make, start, loss=None):
    params = {key: torch.nn.Parameter(x.clone()) for key, x in start.items()}
    optimizer = make(list(params.values()))
    for step in range(STEPS):
        optimizer.zero_grad()
        if loss is None:
            for key, x in params.items():
                x.grad = recorded[f"grads/{key}"][step].clone()
        else:
            loss(params).backward()
        optimizer.step()
    return {key: x.detach() for key, x in params.items()}


def call(fn, *args):
    return {"fn": fn, "args": list(args)}


def network(*keys):
    return {key: recorded[key] for key in keys}


def matrices(make):
    return {"matrix": run(make, MATRIX, bowl), "networkMatrices": run(make, network("w1", "w2"))}


def one_matrix(make):
    """Where a gradient says nothing of a direction, SOAP divides rounding by rounding there: on a bowl, where the first two are the same, and for w2, which has rank 1."""
    return {"networkMatrix": run(make, network("w1"))}


def beside_matrices(make):
    """What is no matrix, too; but w2."""
    return {"quadratic": run(make, VECTOR, quadratic), "rosenbrock": run(make, VALLEY, rosenbrock), "networkInputs": run(make, network("b1", "w1"))}


def all_of(make):
    return {
        "matrix": run(make, MATRIX, bowl),
        "rosenbrock": run(make, VALLEY, rosenbrock),
        "network": run(make, network("b1", "w1", "w2")),
    }


SOURCE = f"torch {torch.__version__} in float64"
emit(
    "optim",
    "torch",
    SOURCE,
    [
        case("rprop", {}, all_of(lambda p: torch.optim.Rprop(p, lr=0.01)), options=call("rprop", 0.01)),
    ],
)


def wrapped(wrap, start, loss=None):
    """As `run`, of what takes an optimizer and steps in its place."""
    return run(lambda params: wrap(torch.optim.Adam(params, lr=0.05)), start, loss)


emit(
    "optim",
    "torchWrappers",
    f"pytorch_optimizer {importlib.metadata.version('pytorch-optimizer')} in float64",
    [
        case(
            "lookahead",
            {"on": ["matrix", "rosenbrock", "network"]},
            {
                "matrix": wrapped(lambda o: Lookahead(o, k=6, alpha=0.5), MATRIX, bowl),
                "rosenbrock": wrapped(lambda o: Lookahead(o, k=6, alpha=0.5), VALLEY, rosenbrock),
                "network": wrapped(lambda o: Lookahead(o, k=6, alpha=0.5), network("b1", "w1", "w2")),
            },
            options=call("lookahead", call("adam", 0.05)),
        ),
        case(
            "perpGrad",
            {"on": ["matrix", "network"]},
            {"matrix": wrapped(OrthoGrad, MATRIX, bowl), "network": wrapped(OrthoGrad, network("b1", "w1", "w2"))},
            options=call("chain", call("perpGrad"), call("adam", 0.05)),
        ),
    ],
)

CAUTIOUS_ADAM = call("cautious", call("chain", call("scaleByAdam"), call("scale", -1)))
CAUTIOUS_LION = call("cautious", call("lion", 1, {"weightDecay": 0}))


def three(make):
    return {"quadratic": run(make, VECTOR, quadratic), "rosenbrock": run(make, VALLEY, rosenbrock), "network": run(make, network("b1", "w1", "w2"))}


emit(
    "optim",
    "cautious",
    f"timm {importlib.metadata.version('timm')} in float64",
    [
        case("adam", {}, three(lambda p: AdamWLegacy(p, lr=0.05, weight_decay=0, caution=True)), options=call("cautious", call("adam", 0.05))),
        case(
            "adamw, its decay whole",
            {},
            three(lambda p: AdamWLegacy(p, lr=0.05, weight_decay=0.1, caution=True)),
            options=call("chain", CAUTIOUS_ADAM, call("scale", -1), call("addDecayedWeights", 0.1), call("scaleByLearningRate", 0.05)),
        ),
        case(
            "lion, its decay whole",
            {},
            three(lambda p: Lion(p, lr=0.05, weight_decay=0.1, caution=True)),
            options=call("chain", CAUTIOUS_LION, call("scale", -1), call("addDecayedWeights", 0.1), call("scaleByLearningRate", 0.05)),
        ),
    ],
)
PLAIN = {"momentum": 0, "graft": False}
emit(
    "optim",
    "torchLoose",
    f"pytorch_optimizer {importlib.metadata.version('pytorch-optimizer')} in float64",
    [
        case("shampoo", {}, matrices(lambda p: Shampoo(p, lr=0.1)), options=call("shampoo", 0.1, {**PLAIN, "every": 1})),
        case("soap", {}, one_matrix(lambda p: SOAP(p, lr=0.05, weight_decay=0.0)), options=call("soap", 0.05, {"weightDecay": 0})),
        case(
            "shampoo beside matrices",
            {},
            {name: run(lambda p: torch.optim.Adagrad(p, lr=0.1, initial_accumulator_value=1e-6, eps=0), start, loss) for name, start, loss in [("quadratic", VECTOR, quadratic), ("rosenbrock", VALLEY, rosenbrock)]},
            options=call("shampoo", 0.1, PLAIN),
        ),
        case("soap beside matrices", {}, beside_matrices(lambda p: SOAP(p, lr=0.05, weight_decay=0.01)), options=call("soap", 0.05)),
        case("soap of a new basis at each step", {}, one_matrix(lambda p: SOAP(p, lr=0.05, weight_decay=0.01, precondition_frequency=1)), options=call("soap", 0.05, {"every": 1})),
    ],
)
