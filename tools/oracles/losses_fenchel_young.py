"""Sparse maps and their losses: optax and jax.nn for sparsemax, the authors' package for 1.5-entmax."""

import entmax
import importlib.metadata
import jax
import optax
import torch
from losses_cases import graded, jax_graded, named
from oracle import emit

torch.manual_seed(31)
logits = 1.2 * torch.randn(5, 4)
labels = torch.tensor([0, 3, 2, 2, 1])
upstream = torch.randn(5, 4)
inputs = {"logits": logits, "labels": labels}
none = {"reduction": "none"}
version = importlib.metadata.version

emit(
    "losses",
    "fenchel_young",
    f"optax {optax.__version__}, entmax {version('entmax')}",
    [
        named("sparsemax", graded("sparsemax", lambda logits: entmax.sparsemax(logits, -1), {"logits": logits}, upstream=upstream)),
        named("entmax15", graded("entmax15", lambda logits: entmax.entmax15(logits, -1), {"logits": logits}, upstream=upstream)),
        named("sparsemaxLoss", jax_graded("sparsemax loss", lambda logits, labels: optax.losses.multiclass_sparsemax_loss(logits, labels), inputs, none)),
        named("entmax15Loss", graded("entmax15 loss", lambda logits, labels: entmax.entmax15_loss(logits, labels), inputs, none)),
    ],
)
