"""Losses of given pairs and triples: torch.nn.functional, and optax's triplet loss, which must agree."""

import jax.numpy as jnp
import numpy as np
import optax
import torch
import torch.nn.functional as F
from losses_cases import graded, named
from oracle import emit

torch.manual_seed(51)
a, p, n = torch.randn(4, 3), torch.randn(4, 3), torch.randn(4, 3)
labels = torch.tensor([1.0, 0, 0, 1])
signs = 2 * labels.double() - 1
distances = 2 * torch.rand(4)
triples = {"anchors": a, "positives": p, "negatives": n}
theirs = optax.losses.triplet_margin_loss(*(jnp.asarray(x.numpy()) for x in (a, p, n)))
assert np.allclose(theirs, F.triplet_margin_loss(a, p, n, reduction="none"), atol=1e-4)


def triplet(**how):
    return lambda anchors, positives, negatives: F.triplet_margin_loss(anchors, positives, negatives, eps=0, **how)


emit(
    "losses",
    "pairs",
    f"torch {torch.__version__.split('+')[0]}: torch.nn.functional",
    [
        named("hingeEmbeddingLoss", graded("hinge", lambda distances, labels: F.hinge_embedding_loss(distances, signs, margin=1.5), {"distances": distances, "labels": labels}, {"margin": 1.5}, ("distances",))),
        named("cosineEmbeddingLoss", graded("cosine", lambda first, second, labels: F.cosine_embedding_loss(first, second, signs, margin=-0.3), {"first": a, "second": p, "labels": labels}, {"margin": -0.3}, ("first", "second"))),
        named("tripletMarginLoss", graded("triplet", triplet(), triples, {}, tuple(triples))),
        named("tripletMarginLoss", graded("triplet, swapped", triplet(swap=True, margin=0.7), triples, {"swap": True, "margin": 0.7}, tuple(triples))),
    ],
)
