"""Reconstruction errors with variances, and DEPICT's loss: torch's own losses in float64."""

import torch
import torch.nn.functional as F
from losses_cases import graded, named
from oracle import emit

torch.manual_seed(17)
means, raw, targets = (torch.randn(5, 3) for _ in range(3))
mask = torch.tensor([1.0, 0.0, 1.0, 1.0, 1.0])


def error(alpha, beta):
    def f(means, rawVariances, targets):
        variance = F.softplus(rawVariances) + 1e-5
        # torch's likelihood is half of log variance plus half of the ratio.
        both = 2 * F.gaussian_nll_loss(means, targets, variance, reduction="none", eps=0)
        spread = torch.log(variance)
        return (mask.double() * (alpha * (both - spread) + beta * spread).sum(-1)).sum() / mask.sum()

    return f


def depict(noisyLogits, targets, output, target):
    return 0.7 * F.cross_entropy(noisyLogits, targets) + 2 * 0.1 * F.mse_loss(output, target)


inputs = {"means": means, "rawVariances": raw, "targets": targets}
cases = [
    named("probabilisticReconstructionError", graded(f"probabilistic error {a} {b}", error(a, b), inputs, {"alpha": a, "beta": b, "mask": mask.tolist()}, ("means", "rawVariances")))
    for a, b in ((1, 1), (0.5, 2))
]
layer = {"noisyLogits": torch.randn(5, 4), "targets": torch.softmax(torch.randn(5, 4), -1), "output": torch.randn(5, 2), "target": torch.randn(5, 2)}
cases.append(named("depictLoss", graded("depict", depict, layer, {"clusterWeight": 0.7, "reconstructionWeight": 2}, ("noisyLogits", "output"))))
emit("losses", "unsupervised", f"torch {torch.__version__.split('+')[0]}", cases)
