"""Mixtures of Gaussian experts with a sparse gate: torch.distributions' mixture, float64."""

import torch
from losses_cases import graded
from oracle import emit

torch.manual_seed(23)
D = torch.distributions
names = ("gateWeights", "gateBias", "slopes", "offsets", "logStds")


def nll(topK):
    def f(gateWeights, gateBias, slopes, offsets, logStds, x, y):
        scores = x @ gateWeights
        active = torch.zeros_like(scores).scatter(-1, scores.topk(topK).indices, 1).bool()
        logits = (scores + gateBias).masked_fill(~active, -torch.inf)
        experts = D.Normal(x @ slopes + offsets, logStds.exp())
        return -torch.logsumexp(torch.log_softmax(logits, -1) + experts.log_prob(y[:, None]), -1).mean()

    return f


inputs = {"gateWeights": torch.randn(2, 3), "gateBias": torch.randn(3), "slopes": torch.randn(2, 3), "offsets": torch.randn(3), "logStds": 0.3 * torch.randn(3)}
inputs |= {"x": torch.randn(5, 2), "y": torch.randn(5)}
emit("losses", "mixture", f"torch {torch.__version__.split('+')[0]}", [graded(f"{k} of 3", nll(k), inputs, {"topK": k}, (*names, "x", "y")) for k in (2, 3)])
