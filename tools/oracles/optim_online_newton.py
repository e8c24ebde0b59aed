"""Optimistic online Newton steps whose every argmin is left to SciPy: tests/oracles/optim/onlineNewton.json."""

import numpy as np
import scipy
from host_cases import case, write
from scipy.optimize import minimize

random = np.random.default_rng(8)
GRADIENTS = random.normal(size=(6, 3)).round(2)
RADIUS = 1.5
LOW, HIGH = [-0.5, -0.2, -1.0], [0.5, 1.0, 0.25]

# What SciPy is told of each set, where play begins, and how far apart points can be.
DOMAINS = {
    "ball": (
        {"constraints": {"type": "ineq", "fun": lambda x: RADIUS**2 - x @ x, "jac": lambda x: -2 * x}},
        np.zeros(3),
        2 * RADIUS,
    ),
    "box": ({"bounds": list(zip(LOW, HIGH))}, np.zeros(3), np.linalg.norm(np.subtract(HIGH, LOW))),
    "simplex": (
        {
            "bounds": [(0, 1)] * 3,
            "constraints": {"type": "eq", "fun": lambda x: x.sum() - 1, "jac": lambda x: np.ones(3)},
        },
        np.full(3, 1 / 3),
        np.sqrt(2),
    ),
}


def moved(domain, metric, start, by):
    """The minimum over the set, by sequential quadratic programming."""
    found = minimize(
        lambda x: by @ x + (x - start) @ metric @ (x - start) / 2,
        0.5 * start if domain == "ball" else start,
        jac=lambda x: by + metric @ (x - start),
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 500},
        **DOMAINS[domain][0],
    )
    return found.x


cases = []
for name, domain, alpha, bound in [
    ("concave enough", "ball", 20.0, 0.05),
    ("hardly concave", "ball", 0.3, 0.2),
    ("in a box", "box", 20.0, 0.05),
    ("over probabilities", "simplex", 20.0, 0.05),
]:
    _, begin, apart = DOMAINS[domain]
    beta = min(1 / (4 * bound * apart), alpha) / 2
    center, hint, seen, played = begin, np.zeros(3), np.zeros((3, 3)), []
    for g in GRADIENTS:
        metric = (1 + beta / 2 * bound**2) * np.eye(3) + beta / 2 * seen
        played.append(moved(domain, metric, center, hint))
        center, hint, seen = moved(domain, metric, center, g), g, seen + np.outer(g, g)
    inputs = {"domain": domain, "expConcavity": alpha, "gradientBound": bound, "gradients": GRADIENTS}
    cases.append(case(name, inputs, np.array(played)))
write("optim/onlineNewton", f"scipy {scipy.__version__}: optimize.minimize, SLSQP", cases)
