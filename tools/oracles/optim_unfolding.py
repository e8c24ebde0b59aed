"""Unfolded iterative thresholding by PyTorch, with gradients, and the lasso by scikit-learn: tests/oracles/optim/{unfolding,lasso}.json."""

import numpy as np
import sklearn
import torch
from oracle import case, emit
from sklearn.linear_model import Lasso

random = np.random.default_rng(5)
A = random.normal(size=(4, 6)).round(2)
TRUTH = np.array([[0, 1.5, 0, 0, -1, 0], [0.7, 0, 0, 0, 0, 2]])
Y = (TRUTH @ A.T + 0.05 * random.normal(size=(2, 4))).round(3)
STEPS = np.array([0.12, 0.05, 0.2])
LAMBDA = 0.1


def ista(u, alpha):
    return torch.sign(u) * torch.clamp(torch.abs(u) - LAMBDA * alpha, min=0)


def iht(u, alpha):
    return torch.where(torch.abs(u) > torch.sqrt(2 * LAMBDA * alpha.detach()), u, torch.zeros_like(u))


cases = []
for name, threshold, cost in [
    ("ista", ista, lambda x: x.abs().sum(-1)),
    ("iht", iht, lambda x: (1 - torch.exp(-(x**2) / (2 * 0.1**2))).sum(-1)),
]:
    a = torch.tensor(A)
    steps, y = (torch.tensor(v, requires_grad=True) for v in (STEPS, Y))
    x = torch.zeros(2, 6, dtype=torch.float64)
    for alpha in steps:
        x = threshold(x - alpha * (x @ a.T - y) @ a, alpha)
    value = 0.5 * ((y - x @ a.T) ** 2).sum(-1) + LAMBDA * cost(x)
    value.sum().backward()
    gradients = {"steps": steps.grad, "y": y.grad}
    options = {"solver": name, "lambda": LAMBDA, "a": A.tolist()}
    cases.append(case(name, {"steps": STEPS, "y": Y}, value, gradients=gradients, options=options))
emit("optim", "unfolding", f"torch {torch.__version__}: autograd through the iteration", cases)

fits = [Lasso(alpha=LAMBDA / 4, fit_intercept=False, tol=1e-12, max_iter=100000).fit(A, y).coef_ for y in Y]
emit(
    "optim",
    "lasso",
    f"scikit-learn {sklearn.__version__}: linear_model.Lasso",
    [case("two signals", {"y": Y}, np.stack(fits), options={"lambda": LAMBDA, "a": A.tolist()})],
)
