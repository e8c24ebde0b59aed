"""Steps in a trust region, least squares of curves, and least squares without negative coefficients, by SciPy in float64."""

import numpy as np
import scipy
from oracle import case, emit
from scipy.optimize import least_squares, nnls
from scipy.optimize._trustregion_ncg import CGSteihaugSubproblem

SOURCE = f"scipy {scipy.__version__}"
random = np.random.default_rng(21)


def spd(n, shift=0.0):
    a = random.normal(size=(n, n)).round(2)
    return a @ a.T / n + shift * np.eye(n)


def subproblem(name, h, g, radius):
    step, boundary = CGSteihaugSubproblem(np.zeros(len(g)), lambda x: 0.0, lambda x: g, lambda x: h, None).solve(radius)
    value = {"update": step, "decrease": float(-(g @ step + 0.5 * step @ h @ step)), "atBoundary": float(boundary)}
    tolerance = min(0.5, np.sqrt(np.linalg.norm(g)))
    return case(name, {"h": h, "g": g}, value, options={"radius": radius, "tolerance": float(tolerance)})


gradient = random.normal(size=4).round(2)
curved = spd(4, 0.3)
emit(
    "optim",
    "trustRegionStep",
    f"{SOURCE}: CGSteihaugSubproblem",
    [
        subproblem("inside", curved, gradient, 100.0),
        subproblem("on the boundary", curved, gradient, 0.4),
        subproblem("where the curvature is negative", curved - 1.2 * np.eye(4), gradient, 2.0),
        subproblem("where it is negative from the start", -np.eye(4), gradient, 0.5),
    ],
)

system = spd(5, 0.2)
emit(
    "optim",
    "conjugateGradient",
    f"numpy {np.__version__}: linalg.solve",
    [
        case("plain", {"h": system, "g": (b := random.normal(size=5).round(2))}, np.linalg.solve(system, b), options={"damping": 0}),
        case("damped", {"h": system, "g": b}, np.linalg.solve(system + 0.7 * np.eye(5), b), options={"damping": 0.7}),
    ],
)

t = np.linspace(0, 3, 9)
y = (2.5 * np.exp(-1.3 * t) + 0.4 + 0.05 * random.normal(size=9)).round(3)
fit = least_squares(lambda p: p[0] * np.exp(-p[1] * t) + p[2] - y, [1.0, 0.5, 0.0], method="lm", xtol=1e-14, ftol=1e-14, gtol=1e-14)
valley = least_squares(lambda p: np.array([1 - p[0], 10 * (p[1] - p[0] ** 2)]), [-1.2, 1.0], method="lm")
emit(
    "optim",
    "leastSquares",
    f"{SOURCE}: least_squares(method='lm')",
    [
        case("a decay", {"t": t, "y": y}, {"params": fit.x, "loss": float(fit.cost)}, options={"kind": "decay"}),
        case("Rosenbrock's valley", {"t": t, "y": y}, {"params": valley.x, "loss": float(valley.cost)}, options={"kind": "valley"}),
    ],
)


def nonnegative(name, a, b):
    x, norm = nnls(a, b)
    return case(name, {"a": [list(map(float, row)) for row in a], "b": list(map(float, b))}, {"x": [float(v) for v in x], "residualNorm": float(norm)})


emit(
    "optim",
    "nnls",
    f"{SOURCE}: nnls",
    [nonnegative(f"{m} x {n}", random.normal(size=(m, n)).round(2), random.normal(size=m).round(2)) for m, n in [(6, 3), (5, 8), (12, 7), (20, 12)]]
    + [nonnegative("nothing positive", np.ones((3, 2)), -np.ones(3))],
)
