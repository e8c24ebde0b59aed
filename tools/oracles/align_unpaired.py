"""KTO as TRL's KTOTrainer writes it (trl 0.x at f2cd577), with gradients by the policy's log-probabilities."""

import torch
import torch.nn.functional as F
from oracle import case, emit

torch.manual_seed(7)


def kto(logps, ref, desirable, beta, kl, desirable_weight=1.0, undesirable_weight=1.0):
    """The concatenated losses of both kinds, in TRL's order, averaged."""
    ratios = logps - ref
    chosen = 1 - torch.sigmoid(beta * (ratios[desirable] - kl))
    rejected = 1 - torch.sigmoid(beta * (kl - ratios[~desirable]))
    return torch.cat((desirable_weight * chosen, undesirable_weight * rejected)).mean()


def made(name, beta, weights=(1.0, 1.0), desirable=None, scale=1.0):
    ref = -6 + torch.randn(6)
    logps = (ref + scale * torch.randn(6)).requires_grad_()
    desirable = torch.tensor([1, 0, 1, 1, 0, 0] if desirable is None else desirable, dtype=torch.bool)
    mismatched_ref = -9 + torch.randn(6)
    mismatched = mismatched_ref + 0.3 + torch.randn(6)
    kl = (mismatched - mismatched_ref).mean().clamp(min=0)
    value = kto(logps, ref, desirable, beta, kl, *weights)
    value.backward()
    inputs = {"logProbs": logps, "refLogProbs": ref, "desirable": desirable, "mismatched": mismatched, "refMismatched": mismatched_ref}
    options = {"beta": beta, "desirableWeight": weights[0], "undesirableWeight": weights[1]}
    return case(name, inputs, value, {"logProbs": logps.grad}, options)


cases = [
    made("equal weights", 0.1),
    made("a larger beta", 0.5),
    made("weights of the two kinds", 0.3, weights=(1.0, 1.5)),
    made("all desirable", 0.3, desirable=[1] * 6),
    made("none desirable", 0.3, desirable=[0] * 6),
    made("far from the reference", 0.1, scale=200.0),
]

emit("align", "kto", f"TRL's formulas in torch {torch.__version__.split('+')[0]}", cases)
