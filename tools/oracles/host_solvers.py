"""Quadrature rules, Fourier transforms, interpolation and linear programmes by NumPy and SciPy."""

import numpy as np
import scipy
from scipy.interpolate import PchipInterpolator
from scipy.optimize import linprog
from host_cases import case, write

random = np.random.default_rng(11)
cases = []
for n in (1, 2, 5, 20):
    nodes, weights = np.polynomial.legendre.leggauss(n)
    cases.append(case(f"gaussLegendre {n}", {"n": n}, {"nodes": nodes, "weights": weights}))
    nodes, weights = np.polynomial.hermite_e.hermegauss(n)
    cases.append(case(f"gaussHermite {n}", {"n": n}, {"nodes": nodes, "weights": weights / np.sqrt(2 * np.pi)}))
for n in (1, 2, 3, 7, 8, 12, 16, 31):
    x = random.normal(size=n) + 1j * random.normal(size=n)
    y = np.fft.fft(x)
    cases.append(case(f"fft {n}", {"re": x.real, "im": x.imag}, {"re": y.real, "im": y.imag}))

curves = {
    "two points": ([0, 3], [1, 2]),
    "a plateau": ([0, 1, 2, 3, 4.5], [0, 1, 1, 3, 2.5]),
    "rising": (np.cumsum(random.uniform(0.1, 1, 8)), np.cumsum(random.uniform(0, 1, 8))),
    "noise": (np.cumsum(random.uniform(0.1, 1, 8)), random.normal(size=8)),
}
for name, (x, y) in curves.items():
    at = np.linspace(x[0], x[-1], 13)
    cases.append(case(f"monotoneInterpolation {name}", {"x": x, "y": y, "at": at}, PchipInterpolator(x, y)(at)))


def programme(name, c, atMost=None, equal=None, free=()):
    bounds = [(None, None) if i in free else (0, None) for i in range(len(c))]
    found = linprog(c, *(atMost or (None, None)), *(equal or (None, None)), bounds=bounds, method="highs")
    status = {0: "optimal", 2: "infeasible", 3: "unbounded"}[found.status]
    inputs = {"c": c, "atMost": atMost and list(atMost), "equal": equal and list(equal), "free": list(free)}
    cases.append(case(f"linearProgram {name}", inputs, {"status": status, "value": found.fun if status == "optimal" else None}))


programme("two constraints", [-1.0, -1], ([[1, 2], [3, 1]], [4, 6]))
programme("infeasible", [1.0], ([[1]], [-1]))
programme("unbounded", [-1.0, 0], ([[0, 1]], [1]))
programme("degenerate (Beale)", [-0.75, 150, -0.02, 6], ([[0.25, -60, -0.04, 9], [0.5, -90, -0.02, 3], [0, 0, 1, 0]], [0, 0, 1]))
programme("free", [1.0, 1], ([[-1, -1], [1, -1]], [3, 2]), None, (0, 1))
programme("simplex", [3.0, 1, 2], None, ([[1, 1, 1]], [1]))
programme("redundant", [3.0, 1, 2], None, ([[1, 1, 1], [2, 2, 2]], [1, 2]))
programme("contradiction", [3.0, 1, 2], None, ([[1, 1, 1], [2, 2, 2]], [1, 3]))
programme("scaled", [1e6, 2e6], ([[-1e-6, -3e-6]], [-2e-6]))
for k in range(6):
    m, n = 6 + 3 * k, 4 + 4 * k
    a = random.normal(size=(m, n))
    b = a @ np.abs(random.normal(size=n)) + random.uniform(0, 1, m)
    e = random.normal(size=(2, n))
    programme(f"random {m} x {n}", np.abs(random.normal(size=n)), (a, b), (e, e @ np.abs(random.normal(size=n)) * 0.1))
payoff = random.normal(size=(4, 5))
game = np.hstack([-payoff.T, np.ones((5, 1))])
programme("a matrix game", [0.0] * 4 + [-1.0], (game, np.zeros(5)), ([[1, 1, 1, 1, 0]], [1.0]), (4,))

write("core/host_solvers", f"numpy {np.__version__}, scipy {scipy.__version__}", cases)
