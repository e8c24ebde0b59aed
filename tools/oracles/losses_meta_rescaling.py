"""Self-taught loss rescaling: features from Python's statistics, weights and the gradient through a step from torch, the step unrolled, in float64."""

import statistics

import torch
import torch.nn.functional as F
from oracle import case, emit

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)
WIDTH, CLASSES = 3, 2


def norm(x):
    return F.batch_norm(x, None, None, training=True, eps=1e-5)


def weights(net, features, labels):
    each = [F.softmax(norm(F.relu(norm(features @ net["hidden"][c])) @ net["out"][c]), -1)[:, 0] for c in range(CLASSES)]
    return torch.stack(each, 1)[torch.arange(len(labels)), labels]


def losses(net, x, labels):
    return F.cross_entropy(torch.tanh(x @ net["w1"]) @ net["w2"], labels, reduction="none")


def leaves(**shapes):
    return {name: (0.7 * torch.randn(*shape)).requires_grad_() for name, shape in shapes.items()}


net = leaves(hidden=(CLASSES, WIDTH, WIDTH), out=(CLASSES, WIDTH, 2))
model = leaves(w1=(3, 4), w2=(4, CLASSES))
batch = {"x": torch.randn(5, 3), "labels": torch.tensor([0, 1, 1, 0, 1]), "features": torch.randn(5, WIDTH)}
meta = {"metaX": torch.randn(4, 3), "metaLabels": torch.tensor([1, 0, 0, 1]), "metaFeatures": torch.randn(4, WIDTH)}
cases = []

features = batch["features"].clone().requires_grad_()
upstream = torch.randn(5)
value = weights(net, features, batch["labels"])
(value * upstream).sum().backward()
plain = {k: v.detach() for k, v in net.items()}
cases.append(case("rescaler", {"kind": "rescaler", "net": {k: v.tolist() for k, v in plain.items()}, "features": features, "labels": batch["labels"]}, value, {"features": features.grad}, upstream=upstream))

RATE = 0.3
inner = (weights(net, batch["features"], batch["labels"]) * losses(model, batch["x"], batch["labels"])).mean()
slopes = torch.autograd.grad(inner, list(model.values()), create_graph=True)
moved = {k: v - RATE * g for (k, v), g in zip(model.items(), slopes)}
outer = (weights(net, meta["metaFeatures"], meta["metaLabels"]) * losses(moved, meta["metaX"], meta["metaLabels"])).mean()
grads = torch.autograd.grad(outer, list(net.values()))
inputs = {"kind": "step", "net": {k: v.tolist() for k, v in plain.items()}, "model": {k: v.detach().tolist() for k, v in model.items()}, **batch, **meta}
found = {"params": moved, "metaLoss": outer, "grads": dict(zip(net, grads))}
cases.append(case("step", inputs, found, options={"learningRate": RATE, "reduction": "mean"}))

# Five examples in three passes: a group of three, and groups of one.
G, labels = 3, [0, 0, 0, 1, 1]
probs = torch.softmax(1.5 * torch.randn(G, 5, CLASSES) + torch.tensor([[1.5, 0.0]] * 3 + [[0.0, 2.0], [2.0, 0.0]]), -1)
each = -torch.log(probs[:, range(5), labels])
deviation = lambda values: statistics.stdev(values) if len(values) > 1 else 0.0
rows = []
for i, label in enumerate(labels):
    tops = probs[:, i].max(-1).values.tolist()
    votes = probs[:, i].argmax(-1).tolist()
    rows.append({"four": [f(v) for v in (each[:, i].tolist(), tops) for f in (statistics.mean, deviation)], "group": (label, int(statistics.mode(votes) == label))})
for row in rows:
    peers = [other for other in rows if other["group"] == row["group"]]
    row["moments"] = [(statistics.mean(v), deviation(v)) for v in ([p["four"][j] for p in peers] for j in range(4))]
    own, all_ = statistics.NormalDist(*row["four"][:2]), statistics.NormalDist(row["moments"][0][0], row["moments"][1][0])
    kl = torch.distributions.kl_divergence(torch.distributions.Normal(own.mean, own.stdev), torch.distributions.Normal(all_.mean, all_.stdev))
    row["kl"], row["overlap"] = float(kl), own.overlap(all_)
for row in rows:
    peers = [other for other in rows if other["group"] == row["group"]]
    row["full"] = [x for value, (mean, std) in zip(row["four"], row["moments"]) for x in (value, mean, std)]
    for name in ("kl", "overlap"):
        values = [p[name] for p in peers]
        row["full"] += [row[name], statistics.mean(values), deviation(values)]
    row["full"].append(float(row["group"][1]))
cases.append(case("features", {"kind": "features", "losses": each, "probs": probs, "labels": torch.tensor(labels)}, torch.tensor([row["full"] for row in rows])))
emit("losses", "meta_rescaling", f"torch {torch.__version__.split('+')[0]}, Python's statistics", cases)
