"""Gaussian closed forms by torch.distributions, POT and scipy, with gradients by torch float64; Rényi, Tsallis and Bregman divergences of discrete distributions from their definitions."""

import numpy as np
import ot
import scipy
import torch
from oracle import case, emit
from torch.distributions import MultivariateNormal, kl_divergence

torch.manual_seed(2)
torch.set_default_dtype(torch.float64)
single = lambda x: x.float().double()
gaussians, discrete = [], []


def add(cases, name, f, inputs, options=None, **strings):
    inputs = {key: x.clone().requires_grad_() for key, x in inputs.items()}
    value = f(*inputs.values(), **(options or {}))
    finite = torch.where(torch.isfinite(value), value, 0.0)
    grads = torch.autograd.grad(finite.sum(), list(inputs.values())) if torch.isfinite(value).all() else None
    cases.append(case(name, {"call": name.split()[0], **strings, **inputs}, value, grads and dict(zip(inputs, grads)), options))
    return value.detach().numpy()


def symmetric_root(a):
    values, vectors = torch.linalg.eigh(a)
    return (vectors * values.sqrt()[..., None, :]) @ vectors.mT


def wasserstein(m1, s1, m2, s2):
    root = symmetric_root(s1)
    inner = torch.linalg.eigvalsh(root @ s2 @ root).sqrt().sum(-1)
    trace = lambda a: a.diagonal(dim1=-2, dim2=-1).sum(-1)
    return ((m1 - m2) ** 2).sum(-1) + trace(s1) + trace(s2) - 2 * inner


def renyi(m1, s1, m2, s2, alpha=0.5):
    mixed = alpha * s2 + (1 - alpha) * s1
    if (torch.linalg.eigvalsh(mixed.detach()) <= 0).any():
        return torch.full(m1.shape[:-1], torch.inf)
    d = (m1 - m2)[..., None]
    quadratic = (d.mT @ torch.linalg.solve(mixed, d))[..., 0, 0]
    spread = torch.logdet(mixed) - (1 - alpha) * torch.logdet(s1) - alpha * torch.logdet(s2)
    return alpha / 2 * quadratic - spread / (2 * (alpha - 1))


kl = lambda m1, s1, m2, s2: kl_divergence(MultivariateNormal(m1, s1), MultivariateNormal(m2, s2))
FULL = {"kl": kl, "wasserstein": wasserstein, "renyi": renyi, "bhattacharyya": lambda *args: renyi(*args, alpha=0.5) / 2}


def overlap(m1, s1, m2, s2):
    """log ∫ p q."""
    return MultivariateNormal(m2, s1 + s2).log_prob(m1)


def fisher(m1, s1, m2, s2):
    s1, s2 = ((s + s.mT) / 2 for s in (s1, s2))
    a, b = torch.linalg.inv(s1), torch.linalg.inv(s2)
    spread = (b - a) @ s1 @ (b - a)
    return spread.diagonal(dim1=-2, dim2=-1).sum(-1) + ((b @ (m1 - m2)[..., None])[..., 0] ** 2).sum(-1)


def cauchy_schwarz(m1, s1, m2, s2):
    return overlap(m1, s1, m1, s1) + overlap(m2, s2, m2, s2) - 2 * overlap(m1, s1, m2, s2)


def fisher_rao(m1, s1, m2, s2):
    return torch.sqrt((2 * torch.arccosh(1 + ((m1 - m2) ** 2 / 2 + (s1 - s2) ** 2) / (2 * s1 * s2)) ** 2).sum(-1))


def mixtures(m1, s1, m2, s2, w1, w2):
    pairs = lambda m, s, n, t, w, v: torch.logsumexp(overlap(m[:, None], s[:, None], n[None], t[None]) + torch.log(torch.outer(w, v)), (0, 1))
    return pairs(m1, s1, m1, s1, w1, w1) + pairs(m2, s2, m2, s2, w2, w2) - 2 * pairs(m1, s1, m2, s2, w1, w2)


FULL |= {"fisher": fisher, "cauchySchwarz": cauchy_schwarz, "hellinger": lambda *args: 2 - 2 * torch.exp(-renyi(*args, alpha=0.5) / 2)}
ORDERS = [0.3, 1.2]


def spd(batch, d):
    x = torch.randn(batch, d, d)
    s = x @ x.mT / d + 0.4 * torch.eye(d)
    return single((s + s.mT) / 2)


m1, m2 = single(torch.randn(2, 3)), single(torch.randn(2, 3))
matrices = {"m1": m1, "s1": spd(2, 3), "m2": m2, "s2": spd(2, 3)}
diagonal = {"m1": m1, "s1": single(torch.rand(2, 3) + 0.5), "m2": m2, "s2": single(torch.rand(2, 3) + 0.5)}
as_full = lambda f: lambda m1, s1, m2, s2, *w, **o: f(m1, torch.diag_embed(s1**2), m2, torch.diag_embed(s2**2), *w, **o)
for name, f in FULL.items():
    for options in [{"alpha": a} for a in ORDERS] if name == "renyi" else [None]:
        suffix = "" if options is None else f" {options['alpha']}"
        values = add(gaussians, f"{name} full{suffix}", f, matrices, options, form="covariance")
        add(gaussians, f"{name} diagonal{suffix}", as_full(f), diagonal, options, form="stddev")
        if name == "wasserstein":
            for i in range(2):
                by_pot = ot.gaussian.bures_wasserstein_distance(*(matrices[k][i].numpy() for k in ("m1", "m2", "s1", "s2")))
                np.testing.assert_allclose(values[i], by_pot**2, rtol=1e-6)
add(gaussians, "fisherRao diagonal", fisher_rao, diagonal, form="stddev")
weights = {"w1": single(torch.rand(2) + 0.1), "w2": single(torch.rand(2) + 0.1)}
add(gaussians, "mixture full", mixtures, matrices | weights, form="covariance")
add(gaussians, "mixture diagonal", as_full(mixtures), diagonal | weights, form="stddev")
wide = {"m1": m1[:1], "s1": torch.eye(3)[None] * 4, "m2": m2[:1], "s2": torch.eye(3)[None]}
add(gaussians, "renyi full infinite", renyi, wide, {"alpha": 2}, form="covariance")
add(gaussians, "renyi diagonal infinite", as_full(renyi), {**diagonal, "s1": 3 * diagonal["s1"]}, {"alpha": 2}, form="stddev")
# The overlap of two densities by quadrature.
grid = np.linspace(-30, 30, 200001)
density = lambda m, s: scipy.stats.norm.pdf(grid, m, s)
shared = np.trapezoid(np.sqrt(density(0, 1) * density(1.5, 2)), grid)
one = [torch.tensor(v) for v in ([0.0], [[1.0]], [1.5], [[4.0]])]
np.testing.assert_allclose(FULL["bhattacharyya"](*one), -np.log(shared), rtol=1e-8)
scores = lambda m, s: (m - grid) / s**2
np.testing.assert_allclose(fisher(*one), np.trapezoid(density(0, 1) * (scores(0, 1) - scores(1.5, 2)) ** 2, grid), rtol=1e-8)
two = 0.3 * density(-1, 0.5) + 0.7 * density(1, 2)
products = [np.log(np.trapezoid(f, grid)) for f in (two * two, density(0, 1) ** 2, two * density(0, 1))]
mixed = [torch.tensor(v) for v in ([[-1.0], [1]], [[[0.25]], [[4.0]]], [[0.0]], [[[1.0]]], [0.3, 0.7], [1.0])]
np.testing.assert_allclose(mixtures(*mixed), products[0] + products[1] - 2 * products[2], rtol=1e-8)
emit("divergences", "gaussian", f"torch {torch.__version__.split('+')[0]}, POT {ot.__version__} and scipy {scipy.__version__}", gaussians)

log_p, log_q = (single(s * torch.randn(4, 5)) for s in (1, 2))
normalised = lambda f: lambda p, q, **o: f(torch.log_softmax(p, -1), torch.log_softmax(q, -1), **o)


def renyi_discrete(p, q, alpha=0.5):
    if alpha == "Infinity":
        return (p - q).max(-1).values
    return torch.log(torch.exp(alpha * p + (1 - alpha) * q).sum(-1)) / (alpha - 1)


for alpha in (0.25, 0.5, 2, 5):
    add(discrete, f"renyi {alpha}", normalised(renyi_discrete), {"p": log_p, "q": log_q}, {"alpha": alpha})
add(discrete, "renyi infinity", normalised(renyi_discrete), {"p": log_p, "q": log_q}, {"alpha": "Infinity"})
# At order 1 both are the KL.
generalised = lambda p, q, **_: (torch.exp(p) * (p - q) - torch.exp(p) + torch.exp(q)).sum(-1)
add(discrete, "renyi 1", normalised(generalised), {"p": log_p, "q": log_q}, {"alpha": 1})
add(discrete, "tsallis 1", normalised(generalised), {"p": log_p, "q": log_q}, {"order": 1})
for order in (0.5, 2, 3):
    alpha_sum = lambda p, q, order: (torch.exp(order * p + (1 - order) * q) - order * torch.exp(p) - (1 - order) * torch.exp(q)).sum(-1) / (order - 1)
    add(discrete, f"tsallis {order}", normalised(alpha_sum), {"p": log_p, "q": log_q}, {"order": order})
for name, f in {
    "bhattacharyya": lambda p, q: -torch.logsumexp((p + q) / 2, -1),
    "coefficient": lambda p, q: torch.exp((p + q) / 2).sum(-1),
    "fisherRao": lambda p, q: 2 * torch.arccos(torch.exp((p + q) / 2).sum(-1)),
    "cauchySchwarz": lambda p, q: torch.logsumexp(2 * p, -1) + torch.logsumexp(2 * q, -1) - 2 * torch.logsumexp(p + q, -1),
}.items():
    add(discrete, name, normalised(f), {"p": log_p, "q": log_q})


def bregman(f):
    def value(x, y):
        slope = torch.autograd.grad(f(y).sum(), y, create_graph=True)[0]
        return f(x) - f(y) - (slope * (x - y)).sum(-1)

    return value


POTENTIALS = {
    "squaredNorm": lambda x: (x**2).sum(-1) / 2,
    "negativeEntropy": lambda x: (x * torch.log(x)).sum(-1),
    "burgEntropy": lambda x: -torch.log(x).sum(-1),
    "coinEntropy": lambda x: (x * torch.log(x) + (1 - x) * torch.log(1 - x)).sum(-1),
    "logPartition": lambda x: torch.logsumexp(x, -1),
}
x, y = (single(0.1 + 0.8 * torch.rand(3, 4)) for _ in range(2))
for name, f in POTENTIALS.items():
    add(discrete, f"bregman {name}", bregman(f), {"x": x, "y": y}, potential=name)
emit("divergences", "discrete", f"torch {torch.__version__.split('+')[0]} float64", discrete)
