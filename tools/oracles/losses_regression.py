"""Regression losses: torch.nn.functional, optax, scikit-learn, and the papers' formulas where these have none."""

import numpy as np
import optax
import torch
import torch.nn.functional as F
from losses_cases import graded, jax_graded, named
from oracle import emit
from sklearn.metrics import mean_pinball_loss

torch.manual_seed(7)
p, t = 2 * torch.randn(3, 4), torch.randn(3, 4)
rates, counts = torch.rand(3, 4) + 0.1, torch.randint(0, 6, (3, 4)).float()
variances = torch.rand(3, 4) + 0.2
pairs = {"predictions": p, "targets": t}
by = ("predictions",)


def rho(alpha, c):
    """Barron (8) and its limits (13)."""

    def f(predictions, targets):
        x = ((predictions - targets) / c) ** 2
        if alpha == 2:
            return (0.5 * x).mean()
        if alpha == 0:
            return torch.log(0.5 * x + 1).mean()
        if alpha == -torch.inf:
            return (1 - torch.exp(-0.5 * x)).mean()
        b = abs(alpha - 2)
        return (b / alpha * ((x / b + 1) ** (alpha / 2) - 1)).mean()

    return f


def tukey(c):
    def f(predictions, targets):
        e = predictions - targets
        return torch.where(e.abs() <= c, c**2 / 6 * (1 - (1 - (e / c) ** 2) ** 3), c**2 / 6).mean()

    return f


def about(loss, name, f, options=None, inputs=pairs, by=by):
    return named(loss, graded(name, f, inputs, options or {}, by))


def expectile(q):
    def f(predictions, targets):
        e = targets - predictions
        return (torch.where(e > 0, q, 1 - q) * e**2).mean()

    return f


def pinball(q):
    def f(predictions, targets):
        e = targets - predictions
        return torch.where(e > 0, q * e, (q - 1) * e).mean()

    return f


def functional(f, **how):
    return lambda predictions, targets: f(predictions, targets, **how)


with torch.no_grad():
    assert np.isclose(mean_pinball_loss(t.ravel(), p.ravel(), alpha=0.3), pinball(0.3)(p, t))

cases = [
    about("squaredError", "squared", functional(F.mse_loss)),
    about("squaredError", "squared, sum", functional(F.mse_loss, reduction="sum"), {"reduction": "sum"}),
    about("absoluteError", "absolute", functional(F.l1_loss)),
    about("squaredLogError", "squared logs", lambda predictions, targets: F.mse_loss(torch.log1p(predictions), torch.log1p(targets)), None, {"predictions": rates, "targets": counts}),
    about("huberLoss", "huber", functional(F.huber_loss)),
    about("huberLoss", "huber 0.4", functional(F.huber_loss, delta=0.4), {"delta": 0.4}),
    about("smoothL1Loss", "smooth l1", functional(F.smooth_l1_loss)),
    about("smoothL1Loss", "smooth l1 2.5", functional(F.smooth_l1_loss, beta=2.5), {"beta": 2.5}),
    about("smoothL1Loss", "smooth l1 0", functional(F.smooth_l1_loss, beta=0.0), {"beta": 0}),
    about("quantileLoss", "quantile", pinball(0.3), {"quantile": 0.3}),
    about("expectileLoss", "expectile", expectile(0.8), {"expectile": 0.8}),
    about("pseudoHuberLoss", "pseudo-huber", lambda predictions, targets: (1.5**2 * (torch.sqrt(1 + ((predictions - targets) / 1.5) ** 2) - 1)).mean(), {"delta": 1.5}),
    about("cauchyLoss", "cauchy", rho(0, 2), {"scale": 2}),
    about("gemanMcClureLoss", "geman-mcclure", rho(-2, 0.7), {"scale": 0.7}),
    about("welschLoss", "welsch", rho(-torch.inf, 1), {}),
    about("tukeyLoss", "tukey", tukey(4.685)),
    about("tukeyLoss", "tukey 1.5", tukey(1.5), {"cutoff": 1.5}),
    about("poissonNll", "poisson", functional(F.poisson_nll_loss), None, {"predictions": p, "targets": counts}),
    about("poissonNll", "poisson, full", functional(F.poisson_nll_loss, full=True), {"full": True}, {"predictions": p, "targets": counts}),
    about("poissonNll", "poisson of rates", functional(F.poisson_nll_loss, log_input=False), {"logInput": False}, {"predictions": rates, "targets": counts}),
]
cases += [about("generalRobustLoss", f"barron {a}", rho(a, 1.3), {"alpha": a, "scale": 1.3}) for a in (2, 1.9, 1, 0.5, 0, -1.7, -20)]
cases += [
    named("logCoshLoss", jax_graded("log-cosh", lambda predictions, targets: optax.log_cosh(predictions, targets), pairs, {"reduction": "none"}, by)),
    named("cosineDistance", jax_graded("cosine", lambda predictions, targets: optax.cosine_distance(predictions, targets), pairs, {"reduction": "none"}, by)),
]
emit("losses", "regression", f"torch {torch.__version__.split('+')[0]}, optax {optax.__version__}, Barron 2019", cases)


def gaussian(full):
    return lambda means, variances, targets: F.gaussian_nll_loss(means, targets, variances, full=full)


def laplace(medians, scales, targets):
    return -torch.distributions.Laplace(medians, scales).log_prob(targets).mean()


heteroscedastic = {"means": p, "variances": variances, "targets": t}
emit(
    "losses",
    "gaussian_nll",
    f"torch {torch.__version__.split('+')[0]} gaussian_nll_loss",
    [
        graded("plain", gaussian(False), heteroscedastic, by=("means", "variances")),
        graded("full", gaussian(True), heteroscedastic, {"full": True}, by=("means", "variances")),
        graded(
            "beta",
            lambda means, variances, targets: (variances.detach() ** 0.5 * F.gaussian_nll_loss(means, targets, variances, reduction="none")).mean(),
            heteroscedastic,
            {"beta": 0.5},
            by=("means", "variances"),
        ),
    ],
)
emit(
    "losses",
    "laplace_nll",
    f"torch {torch.__version__.split('+')[0]} distributions.Laplace",
    [graded("plain", laplace, {"medians": p, "scales": variances, "targets": t}, by=("medians", "scales"))],
)
