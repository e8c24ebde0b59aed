"""Special functions and their first two derivatives by mpmath, at float32 arguments over their domains."""

import mpmath as mp
import numpy as np
from host_cases import case, write

mp.mp.dps = 40
random = np.random.default_rng(11)


def singles(values):
    return [float(v) for v in np.asarray(values, dtype=np.float32)]


def logspace(low, high, count):
    return np.exp(random.uniform(np.log(low), np.log(high), count))


def inverse(f, start):
    return lambda y: mp.findroot(lambda x: f(x) - y, start(y))


sqrt2pi = mp.sqrt(2 * mp.pi)
pdf = lambda x: mp.exp(-x * x / 2) / sqrt2pi
log_cdf = lambda x: mp.log(mp.erfc(-x / mp.sqrt(2)) / 2)


def log_quantile(l):
    tail = l if l < -mp.log(2) else mp.log(-mp.expm1(l))
    x = -mp.sqrt(-2 * tail) + (0 if tail < -3 else mp.mpf(1.2) * mp.exp(tail + mp.log(2)) ** 2)
    for _ in range(60):
        x -= (log_cdf(x) - tail) * mp.exp(log_cdf(x)) / pdf(x)
    return x if l < -mp.log(2) else -x


def gamma_p(a, x):
    return mp.gammainc(a, 0, x, regularized=True)


def gamma_q(a, x):
    return mp.gammainc(a, x, mp.inf, regularized=True)


gamma_pdf = lambda a, x: mp.exp((a - 1) * mp.log(x) - x - mp.loggamma(a))
beta_pdf = lambda x, a, b: mp.exp((a - 1) * mp.log(x) + (b - 1) * mp.log1p(-x) - mp.loggamma(a) - mp.loggamma(b) + mp.loggamma(a + b))


def bessel(order, x):
    return mp.besseli(order, x) / mp.besseli(order - 1, x)


def bessel_slope(order, x):
    a = bessel(order, x)
    return 1 - a * a - (2 * order - 1) / x * a


def bessel_second(order, x):
    a, d = bessel(order, x), bessel_slope(order, x)
    return -2 * a * d - (2 * order - 1) * (d / x - a / x**2)


def lambert(branch):
    w = lambda x: mp.lambertw(x, branch).real
    first = lambda x: mp.exp(-w(x)) / (1 + w(x))
    second = lambda x: -mp.exp(-2 * w(x)) * (w(x) + 2) / (1 + w(x)) ** 3
    return w, first, second


quantile = lambda p: log_quantile(mp.log(p)) if p < 0.5 else -log_quantile(mp.log(1 - p))
erfinv = lambda y: mp.erfinv(y)
real = np.concatenate([random.normal(size=20) * 2, random.uniform(-9, 9, 20), logspace(1e-30, 1e-2, 10)])
tails = np.concatenate([random.normal(size=20) * 2, -logspace(5, 1e4, 20), logspace(3, 12, 8)])
positive = np.concatenate([logspace(1e-30, 1e-3, 10), logspace(1e-3, 20, 40), logspace(20, 1e20, 15)])
negative = -np.concatenate([random.uniform(0, 12, 20), logspace(12, 200, 8)])
probs = np.concatenate([random.uniform(0, 1, 25), logspace(1e-37, 1e-3, 20), 1 - logspace(1e-7, 1e-2, 8)])
logs = -np.concatenate([logspace(1e-30, 0.1, 15), random.uniform(0, 3, 20), logspace(3, 1e10, 20)])
units = np.concatenate([random.uniform(-1, 1, 25), 1 - logspace(1e-7, 1e-2, 8), logspace(1e-30, 1e-2, 8)])
hazard = lambda x: pdf(x) / mp.exp(log_cdf(x))

one = {
    "erf": (mp.erf, lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(-x * x), lambda x: -4 * x / mp.sqrt(mp.pi) * mp.exp(-x * x), real),
    "erfc": (mp.erfc, lambda x: -2 / mp.sqrt(mp.pi) * mp.exp(-x * x), lambda x: 4 * x / mp.sqrt(mp.pi) * mp.exp(-x * x), real),
    "erfinv": (
        erfinv,
        lambda y: mp.sqrt(mp.pi) / 2 * mp.exp(erfinv(y) ** 2),
        lambda y: mp.pi / 2 * erfinv(y) * mp.exp(2 * erfinv(y) ** 2),
        units,
    ),
    "normalCdf": (lambda x: mp.erfc(-x / mp.sqrt(2)) / 2, pdf, lambda x: -x * pdf(x), np.concatenate([real, -random.uniform(3, 12.5, 12)])),
    "logNormalCdf": (log_cdf, hazard, lambda x: -hazard(x) * (x + hazard(x)), tails),
    "normalQuantile": (quantile, lambda p: 1 / pdf(quantile(p)), lambda p: quantile(p) / pdf(quantile(p)) ** 2, probs),
    "normalQuantileLog": (
        log_quantile,
        lambda l: 1 / hazard(log_quantile(l)),
        lambda l: (log_quantile(l) + hazard(log_quantile(l))) / hazard(log_quantile(l)) ** 2,
        logs,
    ),
    "lgamma": (lambda x: mp.log(abs(mp.gamma(x))) if x < 1e5 else mp.loggamma(x), lambda x: mp.psi(0, x), lambda x: mp.psi(1, x), positive),
    "lgamma below 0": (lambda x: mp.log(abs(mp.gamma(x))), lambda x: mp.psi(0, x), lambda x: mp.psi(1, x), negative),
    "digamma": (lambda x: mp.psi(0, x), lambda x: mp.psi(1, x), lambda x: mp.psi(2, x), positive),
    "digamma below 0": (lambda x: mp.psi(0, x), lambda x: mp.psi(1, x), lambda x: mp.psi(2, x), negative),
    "trigamma": (lambda x: mp.psi(1, x), lambda x: mp.psi(2, x), lambda x: mp.psi(3, x), positive),
    "lambertW": (*lambert(0), np.concatenate([random.uniform(-0.36, 0, 15), logspace(1e-20, 1e30, 30), -0.36787 + logspace(1e-5, 1e-2, 6)])),
    "lambertW branch -1": (*lambert(-1), np.concatenate([-random.uniform(0, 0.36, 15), -logspace(1e-37, 1e-2, 20), -0.36787 + logspace(1e-5, 1e-2, 6)])),
}
shape = logspace(1e-2, 1e4, 60)
gammas = list(zip(singles(shape), singles(np.concatenate([shape[:40] * logspace(0.3, 3, 40), logspace(1e-2, 1e3, 20)]))))
parameters = logspace(0.1, 1000, 50), logspace(0.1, 1000, 50)
means = parameters[0] / (parameters[0] + parameters[1])
betas = list(zip(singles(np.clip(means * logspace(0.7, 1.4, 50), 1e-4, 0.999)), singles(parameters[0]), singles(parameters[1])))
orders = [0.5, 1, 1.5, 4, 32, 384]
bessels = [(order, x) for order in orders for x in singles(logspace(1e-3, 3e3, 8))]
several = {
    "gammaP": (gamma_p, gamma_pdf, lambda a, x: gamma_pdf(a, x) * ((a - 1) / x - 1), gammas),
    "gammaQ": (gamma_q, lambda a, x: -gamma_pdf(a, x), lambda a, x: -gamma_pdf(a, x) * ((a - 1) / x - 1), gammas),
    "betaI": (
        lambda x, a, b: mp.betainc(a, b, 0, x, regularized=True),
        beta_pdf,
        lambda x, a, b: beta_pdf(x, a, b) * ((a - 1) / x - (b - 1) / (1 - x)),
        betas,
    ),
    "besselRatio": (bessel, bessel_slope, bessel_second, bessels),
}

largest = float(np.finfo(np.float32).max)


def digits(value):
    """Nine digits; what float32 cannot hold as an infinity or 0."""
    value = float(value)
    return float("inf") * np.sign(value) if abs(value) > largest else float(f"{value:.9g}")


cases = []
for name, (f, first, second, points) in [*((n, (*v[:3], [(x,) for x in singles(v[3])])) for n, v in one.items()), *several.items()]:
    rows = [[mp.mpf(v) for v in args] for args in points]
    value = {"value": [digits(f(*r)) for r in rows], "first": [digits(first(*r)) for r in rows], "second": [digits(second(*r)) for r in rows]}
    cases.append(case(name, {"arguments": [list(args) for args in points]}, value))

write("core/special", f"mpmath {mp.__version__}", cases)
