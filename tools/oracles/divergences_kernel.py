"""Divergences between samples from their definitions: expectations over pairs and HSIC as matrix products in torch float64, checked against scipy and scikit-learn where they have them."""

import numpy as np
import scipy
import torch
from oracle import case, emit
from scipy.stats import energy_distance
from sklearn.metrics.pairwise import rbf_kernel

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)
single = lambda *shape: torch.randn(*shape).float().double()
cases = []


def add(name, f, inputs, options=None, **strings):
    inputs = {key: x.clone().requires_grad_() for key, x in inputs.items()}
    value = f(**inputs, **(options or {}))
    grads = torch.autograd.grad(value, list(inputs.values()))
    cases.append(case(name, {"call": name.split()[0], **strings, **inputs}, value, dict(zip(inputs, grads)), options))
    return value.item()


def squared(x, y):
    return ((x[:, None] - y[None]) ** 2).sum(-1)


def root(s):
    return torch.where(s > 0, torch.sqrt(torch.where(s > 0, s, 1.0)), 0.0)


def rbf(width):
    return lambda x, y: torch.exp(-squared(x, y) / (2 * width**2))


def matern(x, y):
    r = np.sqrt(3) * root(squared(x, y))
    return (1 + r) * torch.exp(-r)


KERNELS = {"rbf": rbf(1.2), "linear": lambda x, y: x @ y.T, "matern": matern, "energy": lambda x, y: -root(squared(x, y))}


def mmd(kernel):
    k = KERNELS[kernel]

    def value(x, y, estimator):
        if estimator == "linear":
            x1, x2, y1, y2 = x[0::2], x[1::2], y[0::2], y[1::2]
            each = lambda a, b: k(a, b).diagonal().mean()
            return each(x1, x2) + each(y1, y2) - each(x1, y2) - each(x2, y1)
        cross = k(x, y).mean()
        if estimator == "biased":
            return k(x, x).mean() + k(y, y).mean() - 2 * cross
        off = lambda m: (m.sum() - m.diagonal().sum()) / (len(m) * (len(m) - 1))
        return off(k(x, x)) + off(k(y, y)) - 2 * cross

    return value


def hsic_of(k, l, estimator):
    n = len(k)
    if estimator == "biased":
        h = torch.eye(n) - 1 / n
        return torch.trace(k @ h @ l @ h) / (n - 1) ** 2
    k, l = (m - torch.diag(m.diagonal()) for m in (k, l))
    one = torch.ones(n)
    total = torch.trace(k @ l) + (one @ k @ one) * (one @ l @ one) / ((n - 1) * (n - 2)) - 2 / (n - 2) * (one @ k @ l @ one)
    return total / (n * (n - 3))


def hsic(kernel):
    k = KERNELS[kernel]
    return lambda x, y, estimator: hsic_of(k(x, x), k(y, y), estimator)


def cka(kernel):
    k = KERNELS[kernel]

    def value(x, y, estimator):
        a, b = k(x, x), k(y, y)
        return hsic_of(a, b, estimator) / torch.sqrt(hsic_of(a, a, estimator) * hsic_of(b, b, estimator))

    return value


def cs(x, y, bandwidth=1):
    k = rbf(bandwidth)
    return torch.log(k(x, x).mean()) + torch.log(k(y, y).mean()) - 2 * torch.log(k(x, y).mean())


def conditional(x, y1, y2, bandwidthX=1, bandwidthY=1, weighting="symmetric"):
    k, g = rbf(bandwidthX)(x, x), rbf(bandwidthY)
    d = k.sum(1)
    w = 1 / torch.outer(d, d) if weighting == "symmetric" else (1 / d**2)[:, None]
    s = lambda a, b: torch.log((w * k * g(a, b)).sum())
    return s(y1, y1) + s(y2, y2) - 2 * s(y2, y1)


def information(x, t, bandwidthX=1, bandwidthT=1, normalized=False):
    def of(k, l):
        return torch.log((k * l).mean()) + torch.log(k.mean() * l.mean()) - 2 * torch.log((k.mean(1) * l.mean(1)).mean())

    k, l = rbf(bandwidthX)(x, x), rbf(bandwidthT)(t, t)
    return of(k, l) / torch.sqrt(of(k, k) * of(l, l)) if normalized else of(k, l)


x, y, z = single(6, 2), single(6, 2) + 0.7, single(6, 3)
for kernel in ("rbf", "linear", "matern"):
    for estimator in ("biased", "unbiased", "linear"):
        add(f"mmd {kernel} {estimator}", mmd(kernel), {"x": x, "y": y}, {"estimator": estimator}, kernel=kernel)
for kernel in ("rbf", "linear"):
    for estimator in ("biased", "unbiased"):
        add(f"hsic {kernel} {estimator}", hsic(kernel), {"x": x, "y": z}, {"estimator": estimator}, kernel=kernel)
        add(f"cka {kernel} {estimator}", cka(kernel), {"x": x, "y": z}, {"estimator": estimator}, kernel=kernel)
for estimator in ("biased", "unbiased"):
    add(f"energy {estimator}", mmd("energy"), {"x": x, "y": y[:5]}, {"estimator": estimator})
line = add("energy line", mmd("energy"), {"x": x[:, :1], "y": y[:5, :1]}, {"estimator": "biased"})
np.testing.assert_allclose(line, energy_distance(x[:, 0], y[:5, 0]) ** 2, rtol=1e-9)
np.testing.assert_allclose(KERNELS["rbf"](x, y), rbf_kernel(x, y, gamma=1 / (2 * 1.2**2)))
add("cs", cs, {"x": x, "y": y[:5]}, {"bandwidth": 0.8})
targets, guesses = single(6, 1), single(6, 1)
for weighting in ("symmetric", "paper"):
    add(f"conditional {weighting}", conditional, {"x": x, "y1": targets, "y2": guesses}, {"bandwidthX": 0.8, "bandwidthY": 1.3, "weighting": weighting})
for normalized in (False, True):
    add(f"information {normalized}", information, {"x": x, "t": z}, {"bandwidthX": 0.8, "bandwidthT": 1.3, "normalized": normalized})

# A second derivation of the same numbers.
pairs = [[0, 1], [1, 0], [0.5, 0.5], [2, 1]]
a, b, c = torch.tensor(pairs), torch.tensor([[1.0], [2], [1.5], [0]]), torch.tensor([[1.1], [1.8], [1.4], [0.3]])
np.testing.assert_allclose(conditional(a, b, c).item(), 0.0290124144, rtol=1e-6)
np.testing.assert_allclose(conditional(a, b, c, weighting="paper").item(), 0.0185733694, rtol=1e-6)
np.testing.assert_allclose(information(a, b).item(), 0.1369599188, rtol=1e-6)

emit("divergences", "kernel", f"torch {torch.__version__.split('+')[0]} float64, scipy {scipy.__version__}", cases)
