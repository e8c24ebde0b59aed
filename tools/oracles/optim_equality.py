"""SciPy's solution of a small problem with equality constraints, with its multipliers: tests/oracles/optim/equality.json."""

import numpy as np
import scipy
from scipy.optimize import NonlinearConstraint, minimize
from scipy.special import logsumexp, softmax

from oracle import case, emit

random = np.random.default_rng(0)
rows = np.round(random.normal(size=(4, 3)), 2)
plane = np.array([1.0, -1.0, 0.5])

value = lambda x: logsumexp(rows @ x) + 0.05 * x @ x
slope = lambda x: rows.T @ softmax(rows @ x) + 0.1 * x
constraints = lambda x: np.array([plane @ x - 0.3, x @ x - 1])
jacobian = lambda x: np.stack([plane, 2 * x])
start = np.array([0.5, 0.5, 0.5])
found = minimize(
    value,
    start,
    jac=slope,
    method="trust-constr",
    constraints=NonlinearConstraint(constraints, 0, 0, jac=jacobian),
    options={"gtol": 1e-12, "xtol": 1e-14, "maxiter": 5000},
)
listed = lambda array: [float(v) for v in np.ravel(array)]
inputs = {"rows": [listed(row) for row in rows], "plane": listed(plane), "start": listed(start)}
answer = {"x": listed(found.x), "multipliers": listed(found.v[0]), "value": float(found.fun)}
emit("optim", "equality", f"scipy {scipy.__version__}: minimize, trust-constr", [case("plane and sphere", inputs, answer)])
