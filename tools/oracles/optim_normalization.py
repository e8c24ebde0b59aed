"""Balanced batch statistics by PyTorch: tests/oracles/optim/normalization.json."""

import numpy as np
import torch
from oracle import case, emit

torch.set_default_dtype(torch.float64)
random = np.random.default_rng(1)
X = random.normal(size=(5, 2)).round(3)
PSI = np.array([0.4, -0.7])
IDS = [0, 1, 0, 0, 1]
MEAN, VARIANCE, BATCHES, KAPPA = [0.2, -0.1], [0.8, 1.3], 2, 0.25

x, psi = (torch.tensor(v, requires_grad=True) for v in (X, PSI))
counts = torch.bincount(torch.tensor(IDS)).double()
share = torch.distributions.Dirichlet(psi.exp() + counts).mean
weights = (share / counts)[IDS]
mean = (weights[:, None] * x).sum(0)
variance = (weights[:, None] * (x - mean) ** 2).sum(0)
eta = 0.1**KAPPA
for _ in range(BATCHES):
    eta = eta / (eta + 0.9**KAPPA)
running = [(1 - eta) * torch.tensor(old) + eta * new.detach() for old, new in ((MEAN, mean), (VARIANCE, variance))]
drift = sum(torch.nn.functional.mse_loss(a, b) for a, b in zip((mean, variance), running))
y = (x - mean) / torch.sqrt(variance + 1e-5)
value = (y**3).sum() + drift
value.backward()
options = {"ids": IDS, "mean": MEAN, "variance": VARIANCE, "batches": BATCHES}
emit(
    "optim",
    "normalization",
    f"torch {torch.__version__}: autograd, distributions.Dirichlet",
    [case("two tasks", {"x": X, "psi": PSI}, value, gradients={"x": x.grad, "psi": psi.grad}, options=options)],
)
