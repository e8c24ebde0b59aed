"""Layer normalisation, root-mean-square normalisation, Jensen-Shannon and skewed divergences against torch in float64, with gradients."""

import torch
import torch.nn.functional as F
from oracle import case, emit

torch.manual_seed(23)
cases = []


def add(name, fn, inputs, f, wanted, options=None, upstream=None):
    doubles = {key: x.double().requires_grad_() for key, x in inputs.items()}
    out = f(**doubles)
    (out * (1 if upstream is None else upstream.double())).sum().backward()
    cases.append(case(name, inputs, out, {key: doubles[key].grad for key in wanted}, {"fn": fn, **(options or {})}, upstream))


X, GAIN, OFFSET, UP = 3 + 2 * torch.randn(3, 7), torch.randn(7), torch.randn(7), torch.randn(3, 7)
for eps in (1e-5, 0.3):
    add(f"layerNorm, eps {eps}", "layerNorm", {"x": X, "gain": GAIN, "offset": OFFSET}, lambda x, gain, offset: F.layer_norm(x, (7,), gain, offset, eps), ["x", "gain", "offset"], {"eps": eps}, UP)
    add(f"rmsNorm, eps {eps}", "rmsNorm", {"x": X, "gain": GAIN}, lambda x, gain: F.rms_norm(x, (7,), gain, eps), ["x", "gain"], {"eps": eps}, UP)
add("layerNorm far from 0", "layerNorm", {"x": X + 1000, "gain": GAIN, "offset": OFFSET}, lambda x, gain, offset: F.layer_norm(x, (7,), gain, offset, 1e-5), ["gain", "offset"], {"eps": 1e-5}, UP)


def from_mixture(p, q, share, weight_p, weight_q, temperature):
    log_p, log_q = (torch.log_softmax(x / temperature, -1) for x in (p, q))
    p, q = log_p.exp(), log_q.exp()
    log_m = (share * p + (1 - share) * q).log()
    return weight_p * (p * (log_p - log_m)).sum(-1) + weight_q * (q * (log_q - log_m)).sum(-1)


LOGITS = 2 * torch.randn(3, 5)
OTHER = LOGITS + 0.7 * torch.randn(3, 5)
ROWS = torch.randn(3)
for temperature, weights, skews in ((1.0, (0.5, 0.1), (0, 0.1)), (1.7, (0.9,), (0.5,))):
    for weight in weights:
        add(f"jensenShannonFromLogits {weight} at {temperature}", "jensenShannonFromLogits", {"p": LOGITS, "q": OTHER}, lambda p, q: from_mixture(p, q, weight, weight, 1 - weight, temperature), ["p", "q"], {"weight": weight, "temperature": temperature}, ROWS)
    for skew in skews:
        add(f"skewKlFromLogits {skew} at {temperature}", "skewKlFromLogits", {"p": LOGITS, "q": OTHER}, lambda p, q: from_mixture(p, q, skew, 1, 0, temperature), ["p", "q"], {"skew": skew, "temperature": temperature}, ROWS)
FAR = torch.tensor([[30.0, -40.0, 1.0, 0.0, 2.0], [-60.0, 5.0, 5.0, 0.0, 1.0]])
add("jensenShannonFromLogits far apart", "jensenShannonFromLogits", {"p": FAR, "q": FAR.flip(-1)}, lambda p, q: from_mixture(p, q, 0.3, 0.3, 0.7, 1), ["p", "q"], {"weight": 0.3})

emit("core", "rows", f"torch {torch.__version__.split('+')[0]} in float64", cases)
