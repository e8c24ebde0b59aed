"""Estimates by nearest neighbours: scikit-learn's mutual information, and entropy and KL from scipy's trees, with gradients by torch of the distances to the neighbours that these find."""

import numpy as np
import scipy
import sklearn
import torch
from oracle import case, emit
from scipy.spatial import cKDTree
from scipy.special import digamma, gammaln
from sklearn.feature_selection._mutual_info import _compute_mi_cc

torch.manual_seed(6)
torch.set_default_dtype(torch.float64)
single = lambda *shape: torch.randn(*shape).float().double()
cases = []


def add(name, f, inputs, options):
    inputs = {key: x.clone().requires_grad_() for key, x in inputs.items()}
    value = f(*inputs.values(), **options)
    grads = torch.autograd.grad(value, list(inputs.values()))
    cases.append(case(name, {"call": name.split()[0], **inputs}, value, dict(zip(inputs, grads)), options))


def distances(x, y, k, skip):
    found = cKDTree(y.detach().numpy()).query(x.detach().numpy(), [k + skip])[1][:, 0]
    return torch.linalg.norm(x - y[found], dim=1)


def kl(x, y, k):
    ratios = torch.log(distances(x, y, k, 0) / distances(x, x, k, 1))
    return x.shape[1] * ratios.mean() + np.log(len(y) / (len(x) - 1))


def entropy(x, k):
    n, d = x.shape
    ball = d / 2 * np.log(np.pi) - gammaln(d / 2 + 1)
    return digamma(n) - digamma(k) + ball + d * torch.log(distances(x, x, k, 1)).mean()


x, y = single(9, 2), 1.5 * single(7, 2) + 0.3
for k in (1, 3):
    add(f"kl {k}", kl, {"x": x, "y": y}, {"k": k})
    add(f"entropy {k}", entropy, {"x": x}, {"k": k})
one = single(40, 1)
other = 0.8 * one + 0.6 * single(40, 1)
for k in (1, 3):
    value = _compute_mi_cc(one[:, 0].numpy(), other[:, 0].numpy(), k)
    # scikit-learn says 0 for what is negative.
    assert value > 0
    cases.append(case(f"information {k}", {"call": "information", "x": one, "y": other}, torch.tensor(value), None, {"k": k}))

emit("divergences", "neighbors", f"scikit-learn {sklearn.__version__}, scipy {scipy.__version__}, gradients by torch {torch.__version__.split('+')[0]}", cases)
