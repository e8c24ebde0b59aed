"""Divergences between samples from their definitions: expectations over pairs and HSIC as matrix products in torch float64, checked against scipy, scikit-learn and dcor where they have them."""

import dcor
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



def weighted(x, y, xWeights, yWeights, estimator):
    k, a, b = KERNELS["rbf"], xWeights / xWeights.sum(), yWeights / yWeights.sum()
    within = lambda z, w: w @ k(z, z) @ w
    if estimator == "unbiased":
        pairs = lambda w: torch.outer(w, w) * (1 - torch.eye(len(w)))
        within = lambda z, w: (pairs(w) * k(z, z)).sum() / pairs(w).sum()
    return within(x, a) + within(y, b) - 2 * a @ k(x, y) @ b


def block(x, y, blockSize, estimator):
    k, blocks = KERNELS["rbf"], []
    for i in range(0, len(x) - blockSize + 1, blockSize):
        a, b = x[i : i + blockSize], y[i : i + blockSize]
        h = k(a, a) + k(b, b) - k(a, b) - k(b, a)
        blocks.append((h.sum() - h.diagonal().sum()) / (blockSize * (blockSize - 1)))
    return torch.stack(blocks).mean()


PROFILES = {
    "rbf": lambda s: torch.exp(-s / (2 * 1.2**2)),
    "multiquadric": lambda s: (1 + s / 1.2**2) ** -0.5,
    "matern 2.5": lambda s: (lambda r: (1 + r + r**2 / 3) * torch.exp(-r))(torch.sqrt(5 * s + 1e-60) / 1.2),
}


def stein(kernel):
    """The Stein operator on both arguments of the kernel, each derivative by torch."""
    shape, scale = (PROFILES["rbf"], torch.tensor([1.3, 0.8])) if kernel == "stretched" else (PROFILES[kernel], 1)
    k = lambda a, b: shape((((a - b) / scale) ** 2).sum())

    def of(a, b, s, t):
        by_a, by_b = torch.func.grad(k, 0), torch.func.grad(k, 1)
        trace = torch.func.jacrev(by_a, 1)(a, b).diagonal().sum()
        return s @ t * k(a, b) + s @ by_b(a, b) + t @ by_a(a, b) + trace

    def value(x, scores, estimator):
        n = len(x)
        # Where two points are one the root in Matérn has no derivatives, which a little apart it has.
        apart = lambda i, j: x[j] + (1e-7 if i == j else 0)
        u = torch.stack([torch.stack([of(x[i], apart(i, j), scores[i], scores[j]) for j in range(n)]) for i in range(n)])
        return u.mean() if estimator == "biased" else (u.sum() - u.diagonal().sum()) / (n * (n - 1))

    return value


def correlation(x, y):
    centred = lambda d: d - d.mean(0) - d.mean(1)[:, None] + d.mean()
    a, b = centred(root(squared(x, x))), centred(root(squared(y, y)))
    return torch.sqrt((a * b).sum() / torch.sqrt((a * a).sum() * (b * b).sum()))


counts = lambda n: single(n).abs() + 0.1
for estimator in ("biased", "unbiased"):
    add(f"weighted {estimator}", weighted, {"x": x, "y": y[:5], "xWeights": counts(6), "yWeights": counts(5)}, {"estimator": estimator})
add("mmd rbf block", block, {"x": x, "y": y}, {"estimator": "block", "blockSize": 3}, kernel="rbf")
for kernel, estimator in (("rbf", "unbiased"), ("multiquadric", "biased")):
    add(f"stein {kernel} {estimator}", stein(kernel), {"x": x[:4], "scores": single(4, 2)}, {"estimator": estimator}, kernel=kernel)
add("stein matern unbiased", stein("matern 2.5"), {"x": x[:4], "scores": single(4, 2)}, {"estimator": "unbiased"}, kernel="matern 2.5")
add("stein stretched biased", stein("stretched"), {"x": x[:4], "scores": single(4, 2)}, {"estimator": "biased"}, kernel="stretched")
np.testing.assert_allclose(add("correlation", correlation, {"x": x, "y": z}), dcor.distance_correlation(x.numpy(), z.numpy()), rtol=1e-9)
corrected = dcor.u_distance_correlation_sqr(x.numpy(), z.numpy())
np.testing.assert_allclose(add("cka energy unbiased", cka("energy"), {"x": x, "y": z}, {"estimator": "unbiased"}, kernel="energy"), corrected, rtol=1e-9)

# A second derivation of the same numbers.
pairs = [[0, 1], [1, 0], [0.5, 0.5], [2, 1]]
a, b, c = torch.tensor(pairs), torch.tensor([[1.0], [2], [1.5], [0]]), torch.tensor([[1.1], [1.8], [1.4], [0.3]])
np.testing.assert_allclose(conditional(a, b, c).item(), 0.0290124144, rtol=1e-6)
np.testing.assert_allclose(conditional(a, b, c, weighting="paper").item(), 0.0185733694, rtol=1e-6)
np.testing.assert_allclose(information(a, b).item(), 0.1369599188, rtol=1e-6)

emit("divergences", "kernel", f"torch {torch.__version__.split('+')[0]} float64, scipy {scipy.__version__}, dcor {dcor.__version__}", cases)
