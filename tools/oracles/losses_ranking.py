"""Ranking losses: torch, optax, and the papers' formulas written with loops; NDCG from scikit-learn."""

import numpy as np
import optax
import torch
import torch.nn.functional as F
from losses_cases import graded, jax_graded, named
from oracle import emit
from sklearn.metrics import ndcg_score

torch.manual_seed(10)
scores = 1.5 * torch.randn(3, 5)
relevance = torch.tensor([[3.0, 0, 1, 2, 0], [0, 0, 1, 0, 4], [2, 1, 1, 0, 3]])
lists = {"scores": scores, "relevance": relevance}
none = {"reduction": "none"}


def each(f):
    return lambda scores, relevance: torch.stack([f(s, r) for s, r in zip(scores, relevance)])


def list_net(s, r):
    return -(torch.softmax(r, 0) * torch.log_softmax(s, 0)).sum()


def list_mle(s, r):
    s = s[torch.argsort(r, descending=True, stable=True)]
    return sum(torch.logsumexp(s[i:], 0) - s[i] for i in range(len(s)))


def pairs(s, r):
    return [(i, j) for i in range(len(s)) for j in range(len(s)) if r[i] > r[j]]


def rank_net(s, r):
    return torch.stack([F.softplus(s[j] - s[i]) for i, j in pairs(s, r)]).mean()


def ideal(r):
    ordered = torch.sort(r, descending=True).values
    return sum((2**g - 1) / np.log2(2 + i) for i, g in enumerate(ordered))


def lambda_rank(s, r):
    place = torch.argsort(torch.argsort(s, descending=True)).double()
    gain, discount = 2**r - 1, 1 / torch.log2(2 + place)
    return sum(
        ((gain[i] - gain[j]) * (discount[i] - discount[j])).abs() / ideal(r) * F.softplus(s[j] - s[i]) for i, j in pairs(s, r)
    )


def approx_ndcg(t):
    def f(s, r):
        total = 0
        for i in range(len(s)):
            rank = 1 + sum(torch.sigmoid((s[j] - s[i]) / t) for j in range(len(s)) if j != i)
            total = total + (2 ** r[i] - 1) / torch.log2(1 + rank)
        return 1 - total / ideal(r)

    return f


sharp = each(approx_ndcg(1e-6))(scores.double(), relevance.double())
for i in range(3):
    assert np.isclose(1 - sharp[i], ndcg_score([2 ** relevance[i].numpy() - 1], [scores[i].numpy()]))


def about(loss, f, options=None):
    return named(loss, graded(loss, each(f), lists, {**none, **(options or {})}, ("scores",)))


emit(
    "losses",
    "ranking",
    f"torch {torch.__version__.split('+')[0]}, optax {optax.__version__}, the papers' formulas with NDCG agreeing with scikit-learn",
    [
        about("listNetLoss", list_net),
        about("listMleLoss", list_mle),
        about("rankNetLoss", rank_net),
        about("lambdaRankLoss", lambda_rank),
        about("approxNdcgLoss", approx_ndcg(0.5), {"temperature": 0.5}),
        named(
            "rankingSoftmaxLoss",
            jax_graded("rankingSoftmaxLoss", lambda scores, relevance: optax.losses.ranking_softmax_loss(scores, relevance, reduce_fn=None), lists, none, ("scores",)),
        ),
    ],
)
a, b = torch.randn(6), torch.randn(6)
emit(
    "losses",
    "ranking_pairs",
    f"torch {torch.__version__.split('+')[0]} margin_ranking_loss",
    [graded("margin", lambda preferred, other: F.margin_ranking_loss(preferred, other, torch.ones(6), margin=0.3), {"preferred": a, "other": b}, {"margin": 0.3}, ("preferred", "other"))],
)
