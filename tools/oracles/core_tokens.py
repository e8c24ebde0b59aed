"""Token log-probabilities, entropies, divergences and cross-entropies against torch in float64, with gradients."""

import torch
import torch.nn.functional as F
from oracle import case, emit

torch.manual_seed(11)
LOGITS = 2 * torch.randn(2, 3, 5)
OTHER = LOGITS + 0.7 * torch.randn(2, 3, 5)
TOKENS = torch.randint(0, 5, (2, 3))
UP = torch.randn(2, 3)
cases = []


def add(name, fn, inputs, f, wanted, options=None, upstream=None):
    doubles = {key: x.double().requires_grad_() if x.is_floating_point() else x for key, x in inputs.items()}
    out = f(**doubles)
    (out * (1 if upstream is None else upstream.double())).sum().backward()
    cases.append(case(name, inputs, out, {key: doubles[key].grad for key in wanted}, {"fn": fn, **(options or {})}, upstream))


def token_log_probs(logits, tokens, temperature=1.0):
    return torch.log_softmax(logits / temperature, -1).gather(-1, tokens[..., None].long())[..., 0]


def entropy(logits, temperature=1.0):
    log_p = torch.log_softmax(logits / temperature, -1)
    return -(log_p.exp() * log_p).sum(-1)


for temperature in (1.0, 0.6):
    options = {"temperature": temperature}
    suffix = "" if temperature == 1 else f" at temperature {temperature}"
    add(f"tokenLogProbs{suffix}", "tokenLogProbs", {"logits": LOGITS, "tokens": TOKENS}, lambda logits, tokens: token_log_probs(logits, tokens, temperature), ["logits"], options, UP)
    add(f"tokenEntropy{suffix}", "tokenEntropy", {"logits": LOGITS}, lambda logits: entropy(logits, temperature), ["logits"], options, UP)

    def kl(logits, other):
        p, q = (torch.log_softmax(x / temperature, -1) for x in (logits, other))
        return F.kl_div(q, p, reduction="none", log_target=True).sum(-1)

    add(f"klFromLogits{suffix}", "klFromLogits", {"logits": LOGITS, "other": OTHER}, kl, ["logits", "other"], options, UP)

far = torch.tensor([[0.0, -200.0, 3.0], [1e4, 0.0, 0.0]])
add("klFromLogits far apart", "klFromLogits", {"logits": far, "other": far.flip(-1)}, lambda logits, other: F.kl_div(torch.log_softmax(other, -1), torch.log_softmax(logits, -1), reduction="none", log_target=True).sum(-1), ["logits", "other"])

log_probs, mask = -torch.rand(3, 4) * 3, torch.tensor([[1, 1, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0]])
weights = torch.rand(3, 4)
add("sequenceLogProbs sum", "sequenceLogProbs", {"logits": log_probs, "mask": mask, "weights": weights}, lambda logits, mask, weights: (logits * mask * weights).sum(-1), ["logits"], {"reduction": "sum"})
full = mask[:2]
add("sequenceLogProbs mean", "sequenceLogProbs", {"logits": log_probs[:2], "mask": full, "weights": weights[:2]}, lambda logits, mask, weights: (logits * mask * weights).sum(-1) / (mask * weights).sum(-1), ["logits"], {"reduction": "mean"})

rows, ids, soft = LOGITS.reshape(6, 5), TOKENS.reshape(6), torch.softmax(OTHER.reshape(6, 5), -1)
for smoothing, z_loss, temperature in ((0, 0, 1), (0.1, 0, 1), (0.1, 1e-2, 0.7)):
    attrs = {"labelSmoothing": smoothing, "zLoss": z_loss, "temperature": temperature}

    def ce(logits, target):
        z = logits / temperature
        target = target if target.is_floating_point() else target.long()
        return F.cross_entropy(z, target, reduction="none", label_smoothing=smoothing) + z_loss * torch.logsumexp(z, -1) ** 2

    add(f"cross-entropy of ids {attrs}", "softmaxCrossEntropy", {"logits": rows, "target": ids}, ce, ["logits"], attrs, UP.reshape(6))
    add(f"cross-entropy of soft labels {attrs}", "softmaxCrossEntropy", {"logits": rows, "target": soft}, ce, ["logits", "target"], attrs, UP.reshape(6))

hidden, kernel, bias = torch.randn(7, 4), torch.randn(4, 9), torch.randn(9)
labels, w = torch.randint(0, 9, (7,)), torch.rand(7)
for reduction in ("mean", "sum", "none"):
    def linear(hidden, kernel, bias, labels, weights):
        losses = F.cross_entropy(hidden @ kernel + bias, labels.long(), reduction="none", label_smoothing=0.1) * weights
        return losses if reduction == "none" else losses.sum() / (weights.sum() if reduction == "mean" else 1)

    add(f"linearCrossEntropy {reduction}", "linearCrossEntropy", {"hidden": hidden, "kernel": kernel, "bias": bias, "labels": labels, "weights": w}, linear, ["hidden", "kernel", "bias", "weights"], {"reduction": reduction, "labelSmoothing": 0.1, "chunk": 3})
add("linearTokenLogProbs", "linearTokenLogProbs", {"hidden": hidden, "kernel": kernel, "bias": bias, "labels": labels}, lambda hidden, kernel, bias, labels: token_log_probs(hidden @ kernel + bias, labels, 0.8), ["hidden", "kernel", "bias"], {"temperature": 0.8, "chunk": 3}, torch.randn(7))

emit("core", "tokens", f"torch {torch.__version__.split('+')[0]} in float64", cases)
