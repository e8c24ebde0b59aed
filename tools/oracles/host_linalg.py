"""Float64 linear algebra on small matrices, ill-conditioned ones included, by NumPy and SciPy."""

import numpy as np
import scipy
import scipy.linalg as la
from host_cases import case, write

random = np.random.default_rng(3)


def spd(n, condition):
    q, _ = np.linalg.qr(random.normal(size=(n, n)))
    return (q * np.geomspace(1, 1 / condition, n)) @ q.T


def symmetric(m):
    return (m + m.T) / 2


general = random.normal(size=(5, 5))
tall = random.normal(size=(6, 3))
wide = random.normal(size=(3, 5))
deficient = random.normal(size=(5, 2)) @ random.normal(size=(2, 4))
definite = {"well": symmetric(spd(5, 10)), "ill": symmetric(spd(6, 1e8)), "hilbert": la.hilbert(5), "one": np.array([[2.5]])}
b = random.normal(size=(5, 2))

cases = []
for name, a in definite.items():
    right = random.normal(size=len(a))
    cases += [
        case(f"cholesky {name}", {"a": a}, la.cholesky(a, lower=True)),
        case(f"choleskySolve {name}", {"a": a, "b": right}, la.cho_solve(la.cho_factor(a), right)),
        case(f"choleskyLogDet {name}", {"a": a}, np.linalg.slogdet(a)[1]),
    ]
for name, a in {**definite, "indefinite": symmetric(general), "repeated": np.diag([2.0, 2.0, -1.0])}.items():
    cases.append(case(f"eigh {name}", {"a": a}, np.linalg.eigvalsh(a)))
for name, a in {"tall": tall, "wide": wide, "deficient": deficient, "zero": np.zeros((2, 3)), "tiny": 1e-200 * tall, "huge": 1e200 * tall}.items():
    cases.append(case(f"svd {name}", {"a": a}, np.linalg.svd(a, compute_uv=False)))
for name, a in {"tall": tall, "wide": wide, "deficient": deficient, "square": general}.items():
    right = random.normal(size=a.shape[0])
    x, _, rank, _ = np.linalg.lstsq(a, right, rcond=None)
    cases += [
        case(f"leastSquares {name}", {"a": a, "b": right}, {"x": x, "rank": int(rank)}),
        case(f"pinv {name}", {"a": a}, np.linalg.pinv(a)),
    ]
cases.append(case("solveLinear", {"a": general, "b": b}, np.linalg.solve(general, b)))
for name, a in {"general": general, "large": 20 * general, "nilpotent": np.diag([1.0, 2.0, 3.0], 1), "zero": np.zeros((3, 3))}.items():
    cases.append(case(f"expm {name}", {"a": a}, la.expm(a)))
for exponent in (0.5, -0.25, -1.0):
    cases.append(case(f"symmetricPower {exponent}", {"a": definite["well"], "exponent": exponent}, la.fractional_matrix_power(definite["well"], exponent)))
factors = [random.normal(size=shape) for shape in ((2, 3), (4, 2), (1, 2))]
x = random.normal(size=12)
cases.append(case("kroneckerMultiply", {"factors": factors, "x": x}, np.kron(np.kron(factors[0], factors[1]), factors[2]) @ x))
cases.append(case("kroneckerProduct", {"factors": factors[:2]}, np.kron(factors[0], factors[1])))

write("core/host_linalg", f"numpy {np.__version__}, scipy {scipy.__version__}", cases)
