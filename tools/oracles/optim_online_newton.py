"""Optimistic online Newton steps whose every argmin is left to SciPy: tests/oracles/optim/onlineNewton.json."""

import numpy as np
import scipy
from host_cases import case, write
from scipy.optimize import minimize

random = np.random.default_rng(8)
GRADIENTS = random.normal(size=(6, 3)).round(2)
RADIUS = 1.5


def moved(metric, start, by):
    """The minimum over the ball, by sequential quadratic programming."""
    found = minimize(
        lambda x: by @ x + (x - start) @ metric @ (x - start) / 2,
        0.5 * start,
        jac=lambda x: by + metric @ (x - start),
        constraints={"type": "ineq", "fun": lambda x: RADIUS**2 - x @ x, "jac": lambda x: -2 * x},
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 500},
    )
    return found.x


cases = []
for name, alpha, bound in [("concave enough", 20.0, 0.05), ("hardly concave", 0.3, 0.2)]:
    beta = min(1 / (4 * bound * 2 * RADIUS), alpha) / 2
    center, hint, seen, played = np.zeros(3), np.zeros(3), np.zeros((3, 3)), []
    for g in GRADIENTS:
        metric = (1 + beta / 2 * bound**2) * np.eye(3) + beta / 2 * seen
        played.append(moved(metric, center, hint))
        center, hint, seen = moved(metric, center, g), g, seen + np.outer(g, g)
    inputs = {"expConcavity": alpha, "gradientBound": bound, "radius": RADIUS, "gradients": GRADIENTS}
    cases.append(case(name, inputs, np.array(played)))
write("optim/onlineNewton", f"scipy {scipy.__version__}: optimize.minimize, SLSQP", cases)
