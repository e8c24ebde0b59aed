"""Kernel functions by scikit-learn, with gradients by torch of the same formulas."""

import numpy as np
import sklearn
import torch
from oracle import case, emit
from scipy.spatial.distance import pdist
from sklearn.gaussian_process import kernels as gp
from sklearn.metrics import pairwise

torch.manual_seed(3)
torch.set_default_dtype(torch.float64)
single = lambda *shape: torch.randn(*shape).float().double()
x, y = single(4, 3), single(5, 3)
cases = []


def add(name, formula, trusted, options=None, x=x, y=y, length_scale=None):
    inputs = {"x": x, "y": y} | ({} if length_scale is None else {"lengthScale": torch.tensor(length_scale).float().double()})
    inputs = {key: value.clone().requires_grad_() for key, value in inputs.items()}
    value = formula(*inputs.values())
    np.testing.assert_allclose(value.detach().numpy(), trusted, rtol=1e-6)
    upstream = torch.randn_like(value).float().double()
    grads = torch.autograd.grad((value * upstream).sum(), list(inputs.values()))
    cases.append(case(name, {"call": name.split()[0], **inputs}, torch.tensor(trusted), dict(zip(inputs, grads)), options, upstream))


def squared(x, y, scale):
    return (((x[:, None] - y[None]) / scale) ** 2).sum(-1)


def matern(nu):
    def formula(x, y, scale):
        r = squared(x, y, scale).sqrt()
        if nu == 0.5:
            return torch.exp(-r)
        a = np.sqrt(2 * nu) * r
        return (1 + a + (0 if nu == 1.5 else a**2 / 3)) * torch.exp(-a)

    return formula


X, Y = x.numpy(), y.numpy()
scales = [0.5, 1.0, 2.0]
add("rbf", lambda x, y, s: torch.exp(-squared(x, y, s) / 2), gp.RBF(1.5)(X, Y), length_scale=1.5)
add("rbf by dimension", lambda x, y, s: torch.exp(-squared(x, y, s) / 2), gp.RBF(scales)(X, Y), length_scale=scales)
add("laplacian", lambda x, y, s: torch.exp(-((x[:, None] - y[None]) / s).abs().sum(-1)), pairwise.laplacian_kernel(X, Y, 0.5), length_scale=2.0)
for nu in (0.5, 1.5, 2.5):
    add(f"matern {nu}", matern(nu), gp.Matern(scales, nu=nu)(X, Y), {"smoothness": nu}, length_scale=scales)
add("rationalQuadratic", lambda x, y, s: (1 + squared(x, y, s) / 1.4) ** -0.7, gp.RationalQuadratic(1.5, 0.7)(X, Y), {"alpha": 0.7}, length_scale=1.5)
one, two = single(4, 1), single(3, 1)
periodic = lambda x, y, s: torch.exp(-2 * (torch.sin(np.pi * (x[:, None] - y[None]) / 2.5) / s).pow(2).sum(-1))
add("periodic", periodic, gp.ExpSineSquared(1.5, 2.5)(one.numpy(), two.numpy()), {"period": 2.5}, x=one, y=two, length_scale=1.5)
over = np.prod([gp.ExpSineSquared(1.5, 2.5)(X[:, [d]], Y[:, [d]]) for d in range(3)], axis=0)
add("periodic product", periodic, over, {"period": 2.5}, length_scale=1.5)
add("linear", lambda x, y: x @ y.T + 4, gp.DotProduct(2)(X, Y), {"offset": 4})
for degree in (2, 3, 5):
    add(f"polynomial {degree}", lambda x, y: (0.5 * x @ y.T + 1.5) ** degree, pairwise.polynomial_kernel(X, Y, degree, 0.5, 1.5), {"degree": degree, "scale": 0.5, "offset": 1.5})
multiquadric = lambda x, y, s: (1 + squared(x, y, s)) ** -0.3
add("inverseMultiquadric", multiquadric, gp.RationalQuadratic(1.5 / np.sqrt(0.6), 0.3)(X, Y), {"exponent": 0.3}, length_scale=1.5)
add("energy", lambda x, y: -squared(x, y, 1).sqrt(), -pairwise.euclidean_distances(X, Y))
for rows in (4, 3):
    cases.append(case(f"medianHeuristic {rows}", {"call": "medianHeuristic", "x": x[:rows], "y": y}, torch.tensor(np.median(pdist(np.concatenate([X[:rows], Y])))), None, {}))

emit("core", "kernels", f"scikit-learn {sklearn.__version__}, gradients by torch {torch.__version__.split('+')[0]}", cases)
