"""What SciPy and PyTorch give for the parts of the optimizer papers that they have: running medians, diagonal Fisher information."""

import numpy as np
import scipy
import scipy.ndimage
import torch
from oracle import case, emit

random = np.random.default_rng(7)


def draw(*shape):
    return random.normal(size=shape).round(3)


MEDIANS = []
for n, width in [(1, 1), (5, 3), (8, 5), (20, 7), (4, 9), (30, 1)]:
    values = [float(v) for v in draw(n)]
    value = [float(v) for v in scipy.ndimage.median_filter(np.array(values), size=width, mode="nearest")]
    MEDIANS.append(case(f"{n} numbers, width {width}", {"values": values, "width": width}, value))
emit("optim", "median_filter", f"scipy {scipy.__version__}: ndimage.median_filter, mode nearest", MEDIANS)


def fisher(w1, w2, x, labels):
    """The mean over examples of the squared score, under the model's own labels or the given ones."""
    weights = [torch.tensor(w, dtype=torch.float64, requires_grad=True) for w in (w1, w2)]
    total = [torch.zeros_like(w) for w in weights]
    for n in range(len(x)):
        log_p = torch.log_softmax(torch.tanh(torch.tensor(x[n : n + 1]) @ weights[0]) @ weights[1], -1)[0]
        for y in range(len(log_p)) if labels is None else [int(labels[n])]:
            scores = torch.autograd.grad(log_p[y], weights, retain_graph=True)
            share = log_p[y].exp().detach() if labels is None else 1
            for t, g in zip(total, scores):
                t += share * g**2 / len(x)
    return {"w1": total[0], "w2": total[1]}


W1, W2, X, LABELS = draw(3, 4), draw(4, 3), draw(5, 3), np.array([0, 2, 1, 1, 0], dtype=np.int32)
inputs = {"w1": W1, "w2": W2, "x": X, "labels": LABELS}
emit(
    "optim",
    "fisher",
    f"torch {torch.__version__}: autograd of log-softmax",
    [
        case("the model's labels", inputs, fisher(W1, W2, X, None)),
        case("given labels", inputs, fisher(W1, W2, X, LABELS), options={"empirical": True}),
    ],
)
