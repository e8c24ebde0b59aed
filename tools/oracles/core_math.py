"""Core's primitives against torch in float64, from deep underflow to overflow, with gradients."""

import torch
from oracle import case, emit

LINE = [-1e4, -100.0, -20.0, -3.0, -1.0, -0.3, -1e-3, -1e-6, 0.0, 1e-6, 1e-3, 0.3, 1.0, 3.0, 20.0, 80.0]
FAR = [*LINE, 100.0, 1e4]
BELOW = [-1e4, -100.0, -20.0, -3.0, -0.7, -0.69, -0.3, -1e-2, -1e-3, -1e-5]


def log_cosh(x):
    return x.abs() + torch.log1p(torch.exp(-2 * x.abs())) - torch.log(torch.tensor(2.0, dtype=torch.float64))


def softplus(x):
    return torch.logaddexp(x, torch.zeros_like(x))


UNARY = {
    "exp": (torch.exp, LINE),
    "expm1": (torch.expm1, LINE),
    "log1p": (torch.log1p, [-0.999, -0.5, -0.3, -1e-3, -1e-6, -1e-12, 0.0, 1e-12, 1e-6, 1e-3, 0.3, 0.7, 1e4, 1e30]),
    "oneMinusExp": (lambda x: -torch.expm1(x), LINE),
    "expRemainder": (lambda x: torch.expm1(x) - x, [v for v in LINE if abs(v) > 1e-4 or v == 0]),
    "sigmoid": (torch.sigmoid, FAR),
    "tanh": (torch.tanh, FAR),
    "softplus": (softplus, FAR),
    "log1pExp": (softplus, FAR),
    "logSigmoid": (lambda x: -softplus(-x), FAR),
    "log1mExp": (lambda x: torch.where(x > -0.69, torch.log(-torch.expm1(x)), torch.log1p(-torch.exp(x))), BELOW),
    "logCosh": (log_cosh, [v for v in FAR if abs(v) > 1e-4 or v == 0]),
}

ROWS = torch.tensor([[0.3, -1.2, 2.0, 0.0], [1e4, -1e4, 9999.0, 1e4], [-200.0, -201.0, -199.5, -1e4], [50.0, float("-inf"), 49.0, float("-inf")]])

cases = []


def add(name, fn, inputs, value):
    doubles = {key: x.double().requires_grad_() for key, x in inputs.items()}
    out = value(**doubles)
    out.sum().backward()
    cases.append(case(name, inputs, out, {key: x.grad for key, x in doubles.items()}, {"fn": fn}))


for fn, (value, points) in UNARY.items():
    add(fn, fn, {"x": torch.tensor(points)}, value)


def weighted(f):
    """The sum of a softmax says nothing: the gradients are those of a weighted sum."""
    weights = torch.linspace(-1, 2, ROWS.numel()).reshape(ROWS.shape)
    x = ROWS.double().requires_grad_()
    out = f(x)
    (out.nan_to_num(neginf=0.0) * weights.double()).sum().backward()
    return out, x.grad, weights


add("logSumExp", "logSumExp", {"x": ROWS}, lambda x: torch.logsumexp(x, -1))
for fn, f in {"softmax": torch.softmax, "logSoftmax": torch.log_softmax}.items():
    out, slope, weights = weighted(lambda x: f(x, -1))
    finite = slice(0, 3) if fn == "logSoftmax" else slice(0, 4)
    cases.append(case(fn, {"x": ROWS[finite]}, out[finite], {"x": slope[finite]}, {"fn": fn}, weights[finite]))

bases, exponents = torch.tensor([0.2, 1.0, 3.0, 40.0]), torch.tensor([[2.0], [0.5], [-1.5], [0.0]])
add("pow", "pow", {"x": bases, "y": exponents}, lambda x, y: x**y)
xs, ys = torch.tensor([0.0, 0.5, 2.0, -1.0]), torch.tensor([[0.2], [1.0], [30.0]])
add("xLogY", "xLogY", {"x": xs, "y": ys}, lambda x, y: torch.xlogy(x, y))
a, b = torch.tensor([0.0, -500.0, 500.0, 3.0]), torch.tensor([[1.0], [-499.0], [2.5]])
add("logAddExp", "logAddExp", {"x": a, "y": b}, lambda x, y: torch.logaddexp(x, y))
v = torch.tensor([[3.0, -4.0, 1.0], [0.1, 0.2, -0.3]])
add("l2Normalize", "l2Normalize", {"x": v}, lambda x: torch.nn.functional.normalize(x, dim=-1))
add("safeNorm", "safeNorm", {"x": v}, lambda x: torch.linalg.vector_norm(x))

table, at = torch.arange(24.0).reshape(2, 3, 4), torch.tensor([[[1, 0, 3, 1]], [[2, 2, 0, 1]]])
x = table.double().requires_grad_()
out = torch.take_along_dim(x, at % 3, 1)
(out * out).sum().backward()
cases.append(case("takeAlongAxis", {"x": table, "y": at % 3}, out, {"x": x.grad}, {"fn": "takeAlongAxis"}, (2 * out).detach()))

emit("core", "math", f"torch {torch.__version__.split('+')[0]} in float64", cases)
