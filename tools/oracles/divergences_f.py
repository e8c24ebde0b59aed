"""f-divergences between categorical distributions from their definitions q f(p/q) in float64, checked against scipy where it has them."""

import numpy as np
import scipy
import torch
from oracle import case, emit
from scipy.spatial.distance import jensenshannon
from scipy.special import rel_entr

torch.manual_seed(5)


def mixture(w):
    return lambda r: w * r + 1 - w


def skew_kl(s):
    a = mixture(s)
    return lambda r: r * torch.log(r / a(r)) - (1 - s) * (r - 1)


def generalized_js(w):
    a = mixture(w)
    return lambda r: w * r * torch.log(r / a(r)) - (1 - w) * torch.log(a(r))


def alpha(a):
    return lambda r: (r**a - a * r - (1 - a)) / (a * (a - 1))


GENERATORS = {
    "kl": lambda r: r * torch.log(r) - r + 1,
    "reverseKl": lambda r: r - 1 - torch.log(r),
    "jeffreys": lambda r: (r - 1) * torch.log(r),
    "jensenShannon": generalized_js(0.5),
    "generalizedJensenShannon(0.1)": generalized_js(0.1),
    "generalizedJensenShannon(0.8)": generalized_js(0.8),
    "skewKl(0.1)": skew_kl(0.1),
    "skewReverseKl(0.1)": lambda r: -torch.log(0.9 * r + 0.1) + 0.9 * (r - 1),
    "softenedKl": lambda r: (1 + r) * torch.log((1 + r) / 2) - r + 1,
    "softenedReverseKl": lambda r: (1 + r) * torch.log((1 + r) / (2 * r)) + r - 1,
    "alpha(0.5)": alpha(0.5),
    "alpha(-1)": alpha(-1),
    "alpha(3)": alpha(3),
    "pearson": lambda r: (r - 1) ** 2,
    "neyman": lambda r: (r - 1) ** 2 / r,
    "squaredHellinger": lambda r: (torch.sqrt(r) - 1) ** 2,
    "leCam": lambda r: (r - 1) ** 2 / (2 * (r + 1)),
    "totalVariation": lambda r: (r - 1).abs() / 2,
}

logits = torch.stack([torch.randn(2, 3, 5), 2.5 * torch.randn(2, 3, 5)]).reshape(2, 6, 5)
log_p, log_q = (torch.log_softmax(x.double(), -1).float() for x in logits)

cases = []
for name, f in GENERATORS.items():
    a, b = (x.double().requires_grad_() for x in (log_p, log_q))
    value = (torch.exp(b) * f(torch.exp(a - b))).sum(-1)
    value.sum().backward()
    cases.append(case(name, {"logP": log_p, "logQ": log_q}, value, {"logP": a.grad, "logQ": b.grad}, {"name": name}))

p, q = (np.exp(x.double().numpy()) for x in (log_p, log_q))
expected = {c["name"]: c["value"].detach().numpy() for c in cases}
mass = (q - p).sum(-1)
np.testing.assert_allclose(expected["kl"], rel_entr(p, q).sum(-1) + mass, atol=1e-9)
np.testing.assert_allclose(expected["reverseKl"], rel_entr(q, p).sum(-1) - mass, atol=1e-9)
np.testing.assert_allclose(expected["jensenShannon"], jensenshannon(p, q, axis=-1) ** 2, atol=1e-6)
np.testing.assert_allclose(expected["totalVariation"], np.abs(p - q).sum(-1) / 2, atol=1e-9)

emit("divergences", "f", f"torch {torch.__version__.split('+')[0]} and scipy {scipy.__version__}", cases)
