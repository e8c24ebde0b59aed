"""Gaussian fields given linear laws: the information form and the KKT system in NumPy, the likelihood by torch's distributions."""

import numpy as np
import torch
from oracle import case, emit
from torch.distributions import MultivariateNormal

rng = np.random.default_rng(7)
n = 5
root = rng.normal(size=(n, n))
mean, covariance = rng.normal(size=n), root @ root.T / n + 0.1 * np.eye(n)
weights, values = rng.normal(size=(2, n)), rng.normal(size=2)


def soft(variance):
    """Precisions add."""
    precision = np.linalg.inv(covariance) + weights.T @ weights / variance
    updated = np.linalg.inv(precision)
    return {"mean": updated @ (np.linalg.solve(covariance, mean) + weights.T @ values / variance), "covariance": updated}


def exact():
    """The Lagrangian of the nearest field in the metric of the covariance; the covariance on the null space of the laws."""
    inverse = np.linalg.inv(covariance)
    kkt = np.block([[inverse, weights.T], [weights, np.zeros((2, 2))]])
    free = np.linalg.svd(weights)[2][2:].T
    return {
        "mean": np.linalg.solve(kkt, np.concatenate([inverse @ mean, values]))[:n],
        "covariance": free @ np.linalg.inv(free.T @ inverse @ free) @ free.T,
    }


def rows(matrix):
    return [[float(v) for v in row] for row in matrix]


inputs = {"mean": [float(v) for v in mean], "covariance": rows(covariance), "weights": rows(weights), "values": [float(v) for v in values]}
emit("diagnostics", "conservation", f"numpy {np.__version__}: inverse covariances, the KKT system", [
    case("exact", inputs, exact(), options={"constraintVariance": 0}),
    case("soft", inputs, soft(0.3), options={"constraintVariance": 0.3}),
])

means = torch.tensor([[0.3, -1.2, 2.1, 0.4], [0.5, 0.2, 1.0, -0.3]], dtype=torch.float64, requires_grad=True)
variances = torch.tensor([[0.5, 1.2, 2.0, 0.7], [0.8, 0.3, 0.1, 0.4]], dtype=torch.float64, requires_grad=True)
targets = torch.tensor([[0.1, -0.8, 1.5, 0.2], [0.3, 0.0, 1.1, -0.6]], dtype=torch.float64)
law = torch.tensor([0.2, 0.4, 0.4, 0.2], dtype=torch.float64)


def nll(v):
    """Minus the density of the field, jointly with the law's noisy value, over that of the value alone."""
    losses = []
    for mu, var, u in zip(means, variances, targets):
        to_both = torch.cat([torch.eye(4, dtype=torch.float64), law[None]])
        noise = torch.zeros(5, 5, dtype=torch.float64)
        noise[4, 4] = v
        joint = MultivariateNormal(to_both @ mu, to_both @ torch.diag(var) @ to_both.T + noise)
        value = MultivariateNormal((law @ mu)[None], (law**2 @ var + v)[None, None])
        losses.append(value.log_prob((law @ u)[None]) - joint.log_prob(to_both @ u))
    return torch.stack(losses)


cases = []
for v in (0.01, 0.5):
    value = nll(v)
    means.grad = variances.grad = None
    value.sum().backward()
    cases.append(case(f"variance {v}", {"means": means, "variances": variances, "targets": targets, "law": law}, value,
                      gradients={"means": means.grad, "variances": variances.grad}, options={"constraintVariance": v}))
emit("diagnostics", "conserved_nll", f"torch {torch.__version__}: MultivariateNormal of field and law", cases)
