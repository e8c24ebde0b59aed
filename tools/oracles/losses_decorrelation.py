"""Decorrelation under weights in torch (its weighted covariance), clusters of stable variables by scipy's average linkage; float64."""

import numpy as np
import torch
from losses_cases import graded
from oracle import case, emit
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

torch.manual_seed(31)
frequencies, phases = [0.7, -1.1], [0.3, 2.0]


def dependence(form):
    def f(z, weights, mask, **_):
        u = [torch.stack([z[:, i], *(2**0.5 * torch.cos(w * z[:, i] + b) for w, b in zip(frequencies, phases))]) for i in range(z.shape[1])]
        total = 0
        for i in range(len(u)):
            for j in range(i + 1, len(u)):
                both = torch.cat([u[i], u[j]])
                sigma = torch.cov(both, correction=0, aweights=weights) if form == "normalized" else torch.cov(both * weights)
                total = total + mask[i][j] * (sigma[:3, 3:] ** 2).sum()
        return total

    return f


mask = [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
cases = []
for form in ("normalized", "paper"):
    weights = torch.softmax(torch.randn(5), 0) * (1 if form == "normalized" else 5)
    inputs = {"kind": "dependence", "z": torch.randn(5, 3), "weights": weights, "mask": mask, "features": {"frequencies": frequencies, "phases": phases, "identity": True}}
    # aweights are normalised within torch.cov, so that only z's gradient is that of ours.
    by = ("z",) if form == "normalized" else ("z", "weights")
    cases.append(graded(form, dependence(form), inputs, {"form": form}, by))

generator = np.random.default_rng(7)
environments = [generator.normal(size=(6, 5)).round(3) for _ in range(3)]
stable = [np.corrcoef(e.T) for e in environments]
distance = np.sqrt(np.mean((stable - np.mean(stable, 0)) ** 2, 0))
labels = fcluster(linkage(squareform(distance, checks=False), "average"), 2, "maxclust")
order = {label: i for i, label in enumerate(dict.fromkeys(labels.tolist()))}
inputs = {"kind": "clusters", "clusters": 2, "environments": [e.tolist() for e in environments]}
cases.append(case("clusters", inputs, [order[label] for label in labels.tolist()]))
emit("losses", "decorrelation", f"torch {torch.__version__.split('+')[0]}, scipy", cases)
