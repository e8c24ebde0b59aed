"""Supervised fine-tuning as TRL computes it: cross-entropy over the tokens that count, and the other two ways to average."""

import torch
import torch.nn.functional as F
from oracle import case, emit

torch.manual_seed(3)


def made(name, mask, options=None):
    logits = torch.randn(3, 4, 5, requires_grad=True)
    tokens = torch.randint(0, 5, (3, 4))
    mask = torch.tensor(mask, dtype=torch.bool)
    options = options or {}
    nll = F.cross_entropy(logits.flatten(0, 1), tokens.flatten(), reduction="none").view(3, 4)
    normalizer = options.get("normalizer", "token")
    if normalizer == "token":
        value = F.cross_entropy(logits[mask], tokens[mask])
    elif normalizer == "sequence":
        kept = mask.any(1)
        value = ((nll * mask).sum(1)[kept] / mask.sum(1)[kept]).mean()
    else:
        value = (nll * mask).sum() / normalizer
    value.backward()
    if "ignoreIndex" in options:
        tokens = tokens.masked_fill(~mask, options["ignoreIndex"])
        torch.testing.assert_close(value, F.cross_entropy(logits.flatten(0, 1), tokens.flatten(), ignore_index=options["ignoreIndex"]))
        return case(name, {"logits": logits, "tokens": tokens}, value, {"logits": logits.grad}, options)
    return case(name, {"logits": logits, "tokens": tokens, "mask": mask}, value, {"logits": logits.grad}, options)


some = [[0, 1, 1, 1], [0, 0, 1, 0], [1, 1, 0, 0]]
cases = [
    made("all tokens", [[1] * 4] * 3),
    made("responses only", some),
    made("by sequence", some, {"normalizer": "sequence"}),
    made("by sequence, one empty", [[0, 1, 1, 1], [0] * 4, [1, 1, 0, 0]], {"normalizer": "sequence"}),
    made("by a constant", some, {"normalizer": 8}),
    made("ignored ids", some, {"ignoreIndex": -100}),
]

emit("align", "sft", f"torch {torch.__version__.split('+')[0]}: nn.functional.cross_entropy", cases)
