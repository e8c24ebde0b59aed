"""Special functions over their whole domains, to 60 digits and more by mpmath, rounded to doubles."""

import random

import mpmath as mp
import scipy.special as sp
from host_cases import case, write

mp.mp.dps = 60
random.seed(7)
BRANCH_POINT = -0.36787944117144233


def short(x):
    """Six digits, so that the file stays small and the argument is what it says."""
    return float(f"{x:.6g}")


def logs(low, high, count):
    return [10 ** random.uniform(low, high) for _ in range(count)]


def evens(low, high, count):
    return [random.uniform(low, high) for _ in range(count)]


def newton(f, slope, start, steps=7):
    x = mp.mpf(start)
    for _ in range(steps):
        x -= f(x) / slope(x)
    return x


def density(x):
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def cdf(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def erfinv(y):
    return newton(lambda x: mp.erf(x) - y, lambda x: 2 * mp.exp(-x * x) / mp.sqrt(mp.pi), sp.erfinv(float(y)))


def erfcinv(y):
    return newton(lambda x: mp.erfc(x) - y, lambda x: -2 * mp.exp(-x * x) / mp.sqrt(mp.pi), sp.erfcinv(float(y)))


def quantile(p):
    return newton(lambda x: cdf(x) - p, density, sp.ndtri(float(p)))


def quantile_log(log):
    return newton(lambda x: mp.log(cdf(x)) - log, lambda x: density(x) / cdf(x), sp.ndtri_exp(float(log)))


def log_normal_cdf(x):
    return mp.log1p(-cdf(-x)) if x > 0 else mp.log(cdf(x))


def lower_series(a, x):
    term = total = mp.mpf(1)
    n = 0
    while term > total * mp.mpf(10) ** -65:
        n += 1
        term *= x / (a + n)
        total += term
    return a * mp.log(x) - x - mp.loggamma(a + 1) + mp.log(total)


def log_upper(a, x):
    with mp.workdps(150):
        if x < a + 1:
            return mp.log1p(-mp.exp(lower_series(a, x)))
        return mp.log(mp.gammainc(a, x, mp.inf, regularized=True))


def log_lower(a, x):
    if x < a + 1:
        return lower_series(a, x)
    with mp.workdps(150):
        return mp.log1p(-mp.gammainc(a, x, mp.inf, regularized=True))


def beta(x, a, b):
    def direct(x, a, b):
        term = total = mp.mpf(1)
        n = 0
        while term > total * mp.mpf(10) ** -65:
            term *= (a + b + n) / (a + 1 + n) * x
            total += term
            n += 1
        return mp.exp(a * mp.log(x) + b * mp.log1p(-x) + mp.loggamma(a + b) - mp.loggamma(a + 1) - mp.loggamma(b)) * total

    return direct(x, a, b) if x < a / (a + b) else 1 - direct(1 - x, b, a)


def student(t, df):
    tail = beta(df / (df + t * t), df / 2, mp.mpf(1) / 2) / 2
    return 1 - tail if t > 0 else tail


def gamma_quantile(p, a):
    start = sp.gammaincinv(float(a), float(p)) if p < 0.9 else sp.gammainccinv(float(a), float(1 - p))
    return newton(
        lambda x: mp.gammainc(a, 0, x, regularized=True) - p, lambda x: mp.exp((a - 1) * mp.log(x) - x - mp.loggamma(a)), start
    )


def noncentral(x, df, shift):
    """The Poisson mixture, from the top down by P(a, x) = P(a + 1, x) + x^a e^-x / Gamma(a + 1)."""
    half, x = shift / 2, x / 2
    top = int(half + 60 * mp.sqrt(half) + 400)
    lower = mp.exp(lower_series(df / 2 + top, x))
    weight = mp.exp(top * mp.log(half) - half - mp.loggamma(top + 1))
    total = mp.mpf(0)
    for j in range(top, -1, -1):
        total += weight * lower
        a = df / 2 + j - 1
        if j > 0:
            lower += mp.exp(a * mp.log(x) - x - mp.loggamma(a + 1))
            weight *= j / half
    return mp.log(total)


def wright(t):
    if t < -300:
        return mp.lambertw(mp.exp(t)).real
    return newton(lambda w: w + mp.log(w) - t, lambda w: 1 + 1 / w, complex(sp.wrightomega(float(t))).real)


def bessel_ratio(order, x):
    if x > 50 * order * order + 1000:
        return mp.besseli(order, x) / mp.besseli(order - 1, x)
    ratio = mp.mpf(0)
    for k in range(int(100 + 3 * x), -1, -1):
        ratio = 1 / (2 * (order + k) / x + ratio)
    return ratio


positive = logs(-12, 7, 30) + evens(0, 4, 30) + [0.999, 1.001, 1.999, 2.001, 1.46163]
negative = [x for x in evens(-40, 0, 40) + [-0.5, -1.5, -2.4, -1e-5] if x != int(x)]
signs = [s * x for s in (1, -1) for x in logs(-10, 0.7, 20) + evens(0, 5.5, 20)]
shapes = [(a, x) for a in logs(-3, 4, 45) for x in [a * 10 ** random.uniform(-1.5, 1)]]
shapes += [(a, max(1e-6, a + random.uniform(-6, 6) * a**0.5)) for a in logs(-1, 5, 40)]
shapes += [(1e-3, 0.5), (1e-6, 1e-3), (0.3, 1.05), (0.5, 1.1), (1000.5, 1000.5), (1e5, 1e5), (1e5, 98000)]
betas = []
for a, b in zip(logs(-2, 3.5, 60), logs(-2, 3.5, 60)):
    mean = a / (a + b)
    x = mean + random.uniform(-5, 5) * (mean * (1 - mean) / (a + b + 1)) ** 0.5
    betas.append((x if 0 < x < 1 else random.random(), a, b))

domains = {
    "lgamma": (positive, mp.loggamma),
    "lgamma below 0": (negative, lambda x: mp.log(abs(mp.gamma(x)))),
    "digamma": (positive, mp.digamma),
    "digamma below 0": (negative, mp.digamma),
    "trigamma": (positive + negative, lambda x: mp.psi(1, x)),
    "erf": (signs, mp.erf),
    "erfc": (signs + evens(5, 26, 20), mp.erfc),
    "erfcx": (evens(-20, 30, 40) + logs(1, 10, 20), lambda x: mp.exp(x * x) * mp.erfc(x)),
    "erfinv": ([s * y for s in (1, -1) for y in logs(-10, -0.01, 20)] + [s * (1 - short(10**-k)) for s in (1, -1) for k in range(1, 7)], erfinv),
    "erfcinv": (logs(-250, 0, 30) + evens(0, 2, 30), erfcinv),
    "normalCdf": (evens(-37, 9, 60), cdf),
    "logNormalCdf": (evens(-40, 36, 50) + [-x for x in logs(1.6, 6, 15)], log_normal_cdf),
    "normalQuantile": (logs(-250, 0, 30) + evens(0, 1, 30) + [0.5 + s * 10**-k for s in (1, -1) for k in range(1, 6)], quantile),
    "normalQuantileLog": ([-x for x in logs(-10, 7, 50)], quantile_log),
    "gammaP": (shapes, lambda a, x: mp.exp(log_lower(a, x))),
    "gammaQ": (shapes, lambda a, x: mp.exp(log_upper(a, x))),
    "logGammaP": (shapes, log_lower),
    "logGammaQ": (shapes, log_upper),
    "gammaQuantile": (list(zip(evens(0, 1, 40) + logs(-50, 0, 15), logs(-1, 3, 55))), gamma_quantile),
    "betaI": (betas, beta),
    "studentTCdf": (list(zip(evens(-30, 6, 40), logs(-0.5, 3, 40))), student),
    "logNoncentralChiSquareCdf": (list(zip(logs(-1, 2.7, 40), logs(-0.5, 2, 40), logs(-1, 2.5, 40))), noncentral),
    "lambertW": ([BRANCH_POINT + x for x in logs(-5, -1, 15)] + evens(-0.36, 5, 30) + logs(-20, 300, 20), lambda x: mp.lambertw(x).real),
    "lambertW branch -1": ([BRANCH_POINT + x for x in logs(-5, -1, 15)] + [-x for x in logs(-300, -0.5, 30)], lambda x: mp.lambertw(x, -1).real),
    "wrightOmega": (evens(-60, 60, 40) + logs(0, 19, 20) + [-x for x in logs(-2, 2.8, 15)], wright),
    "besselRatio": ([(v, x) for v, x in zip(logs(-0.3, 3.3, 50), logs(-3, 3.5, 50))] + [(0.5, 1e6), (1.5, 200000), (16384, 100)], bessel_ratio),
}


def cases():
    for name, (arguments, f) in domains.items():
        with mp.workdps(300 if "uantile" in name or name == "erfcinv" else 60):
            rows = [[short(x) for x in (a if isinstance(a, tuple) else (a,))] for a in arguments]
            values = [float(f(*[mp.mpf(x) for x in row])) for row in rows]
        kept = [(row, value) for row, value in zip(rows, values) if 1e-300 < abs(value) < 1e300]
        yield case(name, {"arguments": [row for row, _ in kept]}, [value for _, value in kept])


write("core/host_special", f"mpmath {mp.__version__}", list(cases()))
