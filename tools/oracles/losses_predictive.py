"""Evidential and generalized Gaussian likelihoods, networks of temperatures, contrast of pairs: the papers' formulas in torch, held against scipy where it has the density."""

import math

import numpy as np
import scipy.stats
import torch
import torch.nn.functional as F
from losses_cases import graded, named
from oracle import case, emit

torch.manual_seed(41)
rows = (2, 4)
means, targets = torch.randn(rows), torch.randn(rows)
evidence, alphas, betas = torch.rand(rows) + 0.3, torch.rand(rows) + 1.2, torch.rand(rows) + 0.2
shapes, scales = 2 * torch.rand(rows) + 0.4, torch.rand(rows) + 0.3
logits = 1.5 * torch.randn(5, 4)
labels = torch.tensor([0, 3, 2, 2, 1])


def student(means, evidence, alphas, betas, targets):
    """-log of the Student's t that the normal-inverse-gamma implies."""
    scale = (betas * (1 + evidence) / (evidence * alphas)).sqrt()
    return -torch.distributions.StudentT(2 * alphas, means, scale).log_prob(targets)


def evidential(means, evidence, alphas, betas, targets):
    return (student(means, evidence, alphas, betas, targets) + 0.3 * (targets - means).abs() * (2 * evidence + alphas)).mean()


def sensoy(coefficient):
    def f(logits, labels):
        y = F.one_hot(labels, 4).double()
        alpha = 1 + F.softplus(logits)
        s = alpha.sum(-1, keepdim=True)
        p = alpha / s
        error = ((y - p) ** 2 + p * (1 - p) / (s + 1)).sum(-1)
        wrong = torch.distributions.Dirichlet(y + (1 - y) * alpha)
        return (error + coefficient * torch.distributions.kl_divergence(wrong, torch.distributions.Dirichlet(torch.ones_like(alpha)))).mean()

    return f


def gennorm(means, shapes, targets, scales):
    return ((means - targets).abs() / scales) ** shapes - torch.log(shapes) + torch.log(2 * scales) + torch.lgamma(1 / shapes)


inside = [x.double() for x in (means, shapes, targets, scales)]
assert np.allclose(gennorm(*inside), -scipy.stats.gennorm.logpdf(means, shapes, targets, scales), rtol=1e-5)


def release(means, shapes, targets):
    return ((means - targets).abs() * shapes - torch.log(shapes) + torch.lgamma(1 / shapes)).mean()


hidden = 3
params = {
    "hiddenWeights": torch.randn(4, hidden),
    "hiddenBias": torch.randn(hidden),
    "scoreWeights": torch.randn(hidden, hidden),
    "scoreBias": torch.randn(hidden),
    "logSharpness": torch.tensor(0.3),
    "readout": torch.randn(hidden),
    "readoutBias": torch.tensor(-0.2),
}


def temp_net(rows, hiddenWeights, hiddenBias, scoreWeights, scoreBias, logSharpness, readout, readoutBias):
    x = rows / rows.norm(dim=-1, keepdim=True)
    u = torch.sigmoid(x @ hiddenWeights + hiddenBias) @ scoreWeights + scoreBias
    w = torch.softmax(u / logSharpness.exp(), -1)
    return 0.5 + 4.5 * torch.sigmoid(((w - 1 / hidden) * u) @ readout + readoutBias)


similarities = torch.randn(4, 4)
warm, cool = torch.rand(4) + 0.3, torch.rand(4) + 0.3


def pairs(similarities, rows, columns):
    def side(s, tau):
        total = 0
        for i in range(4):
            d = torch.stack([s[i, j] - s[i, i] for j in range(4) if j != i])
            total = total + tau[i] * (torch.logsumexp(d / tau[i], 0) - math.log(3)) + 2.0 * tau[i]
        return total / 4

    return (side(similarities, rows) + side(similarities.T, columns)) / 2


nig = {"means": means, "evidence": evidence, "alphas": alphas, "betas": betas, "targets": targets}
gg = {"means": means, "shapes": shapes, "targets": targets, "scales": scales}
emit(
    "losses",
    "predictive",
    f"torch {torch.__version__.split('+')[0]}: its distributions, and the papers' formulas",
    [
        named("evidentialRegressionLoss", graded("evidential", evidential, nig, {"coefficient": 0.3}, ("means", "evidence", "alphas", "betas"))),
        named("evidentialClassificationLoss", graded("dirichlet", sensoy(0.4), {"logits": logits, "labels": labels}, {"coefficient": 0.4})),
        named("evidentialClassificationLoss", graded("dirichlet, no penalty", sensoy(0), {"logits": logits, "labels": labels}, {"coefficient": 0})),
        named("generalizedGaussianNll", graded("density", lambda **x: gennorm(**x).mean(), gg, {}, ("means", "shapes", "scales"))),
        named("generalizedGaussianNll", graded("released form", release, {k: gg[k] for k in ("means", "shapes", "targets")}, {"form": "linear", "full": False}, ("means", "shapes"))),
        named("tempNet", graded("network", lambda **x: temp_net(**x), {"rows": logits, **params}, {}, tuple(params))),
        named("contrastiveTemperatureLoss", graded("pairs", pairs, {"similarities": similarities, "rows": warm, "columns": cool}, {"rho": 2}, ("similarities", "rows", "columns"))),
    ],
)

from sklearn.metrics import f1_score, hamming_loss, jaccard_score

rng = np.random.default_rng(3)
truth = (rng.random((12, 4)) < [0.6, 0.3, 0.5, 0.2]).astype(int)
decisions = np.where(rng.random((12, 4)) < 0.25, 1 - truth, truth)
positives = truth.sum(0)
emit(
    "losses",
    "multi_label",
    "scikit-learn's metrics, numpy's corrcoef",
    [
        case(
            "scores",
            {"decisions": decisions.tolist(), "truth": truth.tolist()},
            {
                "macroF1": f1_score(truth, decisions, average="macro", zero_division=0),
                "microF1": f1_score(truth, decisions, average="micro"),
                "jaccard": jaccard_score(truth, decisions, average="samples", zero_division=1),
                "hamming": hamming_loss(truth, decisions),
                "perLabelF1": f1_score(truth, decisions, average=None, zero_division=0).tolist(),
            },
        ),
        case(
            "statistics",
            {"truth": truth.tolist()},
            {"posWeights": np.minimum((12 - positives) / positives, 20).tolist(), "correlation": np.corrcoef(truth.T).tolist()},
        ),
    ],
)
