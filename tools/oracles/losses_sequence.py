"""Connectionist temporal classification: torch.nn.functional.ctc_loss, which optax.ctc_loss must agree with where its approximation of zero allows."""

import jax.numpy as jnp
import numpy as np
import optax
import torch
import torch.nn.functional as F
from losses_cases import graded
from oracle import emit

torch.manual_seed(21)
logits = 1.5 * torch.randn(3, 7, 5)
labels = torch.tensor([[1, 1, 3], [4, 2, 2], [2, 3, 1]])
frames = torch.tensor([7, 5, 6])
counts = torch.tensor([3, 2, 1])


def ctc(reduction="none", blank=0, zero_infinity=False):
    def f(logits, labels, inputLengths=None, labelLengths=None):
        batch, time, _ = logits.shape
        return F.ctc_loss(
            torch.log_softmax(logits, -1).transpose(0, 1),
            labels,
            torch.full((batch,), time) if inputLengths is None else inputLengths,
            torch.full((batch,), labels.shape[1]) if labelLengths is None else labelLengths,
            blank=blank,
            reduction=reduction,
            zero_infinity=zero_infinity,
        )

    return f


inputs = {"logits": logits, "labels": labels}
cut = {**inputs, "inputLengths": frames, "labelLengths": counts}
short = {"logits": logits[:, :3], "labels": labels}

paddings = lambda lengths, most: jnp.asarray((np.arange(most)[None] >= lengths.numpy()[:, None]).astype(float))
theirs = optax.ctc_loss(jnp.asarray(logits.numpy()), paddings(frames, 7), jnp.asarray(labels.numpy()), paddings(counts, 3))
assert np.allclose(theirs, ctc()(logits.double(), labels, frames, counts), rtol=1e-4), "optax and torch agree"

none = {"reduction": "none"}
emit(
    "losses",
    "ctc",
    f"torch {torch.__version__.split('+')[0]}: torch.nn.functional.ctc_loss, which optax {optax.__version__} agrees with",
    [
        graded("all frames", ctc(), inputs, none, upstream=torch.tensor([1.0, -0.5, 2.0])),
        graded("lengths", ctc(), cut, none),
        graded("mean by label", ctc("mean"), cut, {"perLabel": True}),
        graded("another blank", ctc(blank=4), {"logits": logits, "labels": labels % 4}, {**none, "blank": 4}),
        graded("labels that do not fit", ctc(zero_infinity=True), short, {**none, "zeroInfinity": True}),
    ],
)
