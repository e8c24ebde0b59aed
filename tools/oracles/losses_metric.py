"""Metric learning: pytorch-metric-learning on seeded embeddings, in float64; what it has not, in the words of the authors' code."""

import importlib.metadata
import math

import numpy as np
import torch
import torch.nn.functional as F
from losses_cases import graded, named
from oracle import case, emit
from pytorch_metric_learning import distances, losses, miners, reducers

torch.manual_seed(113)
VERSION = f"pytorch-metric-learning {importlib.metadata.version('pytorch-metric-learning')}"
x = torch.randn(7, 3)
y = torch.tensor([0, 1, 0, 2, 1, 2, 0])
other = torch.randn(5, 3)
other_labels = torch.tensor([1, 0, 2, 0, 1])
cosine, dot = distances.CosineSimilarity(), distances.DotProductSimilarity(normalize_embeddings=False)
euclidean = distances.LpDistance(normalize_embeddings=False)
cases = []


def about(name, loss, module, options=None, embeddings=x, labels=y, miner=None, **parts):
    """A loss of pairs; `parts` names the records that the test passes."""

    def f(embeddings):
        chosen = None if miner is None else miner(embeddings, labels)
        return module(embeddings, labels, chosen)

    made = graded(name, f, {"embeddings": embeddings}, options, ("embeddings",))
    made["inputs"].update({"labels": labels, "parts": parts})
    cases.append(named(loss, made))


def unit(module):
    """A loss that takes embeddings as they are, on unit vectors."""
    return lambda e, l, chosen=None: module(F.normalize(e), l, chosen)


about("contrastive", "contrastiveLoss", losses.ContrastiveLoss())
about("contrastive of similarities", "contrastiveLoss", losses.ContrastiveLoss(1, 0.2, distance=cosine), {"positiveMargin": 1, "negativeMargin": 0.2}, distance="cosine")
about("contrastive with L1", "contrastiveLoss", losses.ContrastiveLoss(0.1, 2, distance=distances.LpDistance(p=1)), {"positiveMargin": 0.1, "negativeMargin": 2}, distance="l1")
about("contrastive with L3", "contrastiveLoss", losses.ContrastiveLoss(0.1, 2, distance=distances.LpDistance(p=3, normalize_embeddings=False, power=2)), {"positiveMargin": 0.1, "negativeMargin": 2}, distance="l3")
about("contrastive, mean", "contrastiveLoss", losses.ContrastiveLoss(reducer=reducers.MeanReducer()), reducer="mean")
about("contrastive, sum", "contrastiveLoss", losses.ContrastiveLoss(reducer=reducers.SumReducer()), reducer="sum")
about("contrastive, threshold", "contrastiveLoss", losses.ContrastiveLoss(reducer=reducers.ThresholdReducer(low=0.3, high=1.2)), reducer="threshold")
about("contrastive, by class", "contrastiveLoss", losses.ContrastiveLoss(reducer=reducers.ClassWeightedReducer(torch.tensor([0.5, 1, 2.0]))), reducer="classWeighted")
about("contrastive, by anchor", "contrastiveLoss", losses.ContrastiveLoss(reducer=reducers.PerAnchorReducer()), reducer="perAnchor")
about("contrastive, by term", "contrastiveLoss", losses.ContrastiveLoss(reducer=reducers.MultipleReducers({"pos_loss": reducers.SumReducer()})), reducer="byTerm")
about("contrastive, pair margins", "contrastiveLoss", losses.ContrastiveLoss(), miner=miners.PairMarginMiner(0.9, 1.1), miner_="pairMargin")
about("contrastive, hardest part", "contrastiveLoss", losses.ContrastiveLoss(), miner=miners.HDCMiner(0.4, distance=distances.LpDistance()), miner_="hardestPart")
about("signal to noise", "snrContrastiveLoss", losses.SignalToNoiseRatioContrastiveLoss(pos_margin=0.05, neg_margin=1.5), {"positiveMargin": 0.05, "negativeMargin": 1.5})
about("threshold consistent", "thresholdConsistentMarginLoss", losses.ThresholdConsistentMarginLoss(0.7, 1.3, 0.8, -0.2), {"positiveWeight": 0.7, "negativeWeight": 1.3, "positiveMargin": 0.8, "negativeMargin": -0.2})
about("intra-pair variance", "intraPairVarianceLoss", losses.IntraPairVarianceLoss(0.05, 0.02), {"positiveSlack": 0.05, "negativeSlack": 0.02})
about("intra-pair variance of distances", "intraPairVarianceLoss", losses.IntraPairVarianceLoss(0.05, 0.02, distance=euclidean), {"positiveSlack": 0.05, "negativeSlack": 0.02}, distance="euclidean")
about("triplet", "tripletLoss", losses.TripletMarginLoss())
about("triplet, swap", "tripletLoss", losses.TripletMarginLoss(0.3, swap=True), {"margin": 0.3, "swap": True})
about("triplet, smooth cosine", "tripletLoss", losses.TripletMarginLoss(0.3, swap=True, smooth_loss=True, distance=cosine), {"margin": 0.3, "swap": True, "smooth": True}, distance="cosine")
for kind in ["all", "hard", "semihard", "easy"]:
    about(f"triplet, {kind}", "tripletLoss", losses.TripletMarginLoss(0.6), {"margin": 0.6}, miner=miners.TripletMarginMiner(0.4, kind), miner_=kind)
about("triplet, angular miner", "tripletLoss", unit(losses.TripletMarginLoss(0.6)), {"margin": 0.6}, miner=lambda e, l: miners.AngularMiner(35)(F.normalize(e), l), miner_="angular")
about("triplet, batch hard", "tripletLoss", losses.TripletMarginLoss(0.6), {"margin": 0.6}, miner=miners.BatchHardMiner(), miner_="batchHard")
B = miners.BatchEasyHardMiner
strategies = [("easy", "semihard"), ("easy", "hard"), ("hard", "easy"), ("hard", "semihard"), ("semihard", "hard"), ("semihard", "easy"), ("all", "hard"), ("easy", "all"), ("all", "all")]
for p, n in strategies:
    about(f"triplet, {p} positives and {n} negatives", "tripletLoss", losses.TripletMarginLoss(0.6), {"margin": 0.6}, miner=B(p, n), miner_=[p, n])
about("triplet, easy and semi-hard cosines", "tripletLoss", losses.TripletMarginLoss(0.6, distance=cosine), {"margin": 0.6}, miner=B("easy", "semihard", distance=cosine), miner_=["easy", "semihard"], distance="cosine")
about("triplet, in ranges", "tripletLoss", losses.TripletMarginLoss(0.6), {"margin": 0.6}, miner=B("hard", "hard", allowed_pos_range=[0.2, 1.3], allowed_neg_range=[0.5, 1.5]), miner_="ranges")
about("margin", "embeddingMarginLoss", losses.MarginLoss(0.25, beta=1.1), {"margin": 0.25, "beta": 1.1})
about("margin, by class, priced", "embeddingMarginLoss", losses.MarginLoss(0.25, nu=0.1, beta=1.1, learn_beta=True, num_classes=3), {"margin": 0.25, "beta": [1.1, 1.1, 1.1], "nu": 0.1})
about("margin, priced", "embeddingMarginLoss", losses.MarginLoss(0.25, nu=0.1, beta=1.1, learn_beta=True), {"margin": 0.25, "beta": 1.1, "nu": 0.1})
about("lifted", "liftedStructureLoss", losses.LiftedStructureLoss(1.2, 0.1), {"negativeMargin": 1.2, "positiveMargin": 0.1})
about("generalized lifted", "generalizedLiftedStructureLoss", losses.GeneralizedLiftedStructureLoss(1.2, 0.1), {"negativeMargin": 1.2, "positiveMargin": 0.1})
about("multi-similarity without miner", "multiSimilarityLoss", losses.MultiSimilarityLoss(), miner_="none")
about("multi-similarity", "multiSimilarityLoss", losses.MultiSimilarityLoss(2, 40, 0.4), {"beta": 40, "base": 0.4}, miner=miners.MultiSimilarityMiner())
about("multi-similarity of distances", "multiSimilarityLoss", losses.MultiSimilarityLoss(2, 10, 1, distance=euclidean), {"beta": 10, "base": 1}, miner=miners.MultiSimilarityMiner(0.3, distance=euclidean), miner_="ms", distance="euclidean")
about("circle", "circleLoss", losses.CircleLoss(0.3, 10), {"margin": 0.3, "scale": 10})
about("nt-xent", "ntXentLoss", losses.NTXentLoss(0.3), {"temperature": 0.3})
about("nt-xent of distances", "ntXentLoss", losses.NTXentLoss(0.3, distance=euclidean), {"temperature": 0.3}, distance="euclidean")
about("supcon", "supConLoss", losses.SupConLoss(0.3), {"temperature": 0.3})
about("nca", "ncaLoss", losses.NCALoss(2), {"scale": 2})
about("n-pair", "nPairLoss", losses.NPairsLoss(distance=dot))
about("tuplet margin", "tupletMarginLoss", losses.TupletMarginLoss(5, 8), {"margin": math.radians(5), "scale": 8})
about("angular", "angularLoss", unit(losses.AngularLoss(35)), {"angle": math.radians(35)})
about("ranked list", "rankedListLoss", losses.RankedListLoss(0.5, 3, 0.4, 1.1, 2), {"margin": 0.5, "alpha": 1.1, "balance": 0.4, "positiveTemperature": 2, "negativeTemperature": 3})
about("fast AP", "fastApLoss", losses.FastAPLoss(7), {"bins": 7})
about("histogram", "histogramLoss", losses.HistogramLoss(8), {"bins": 8})
three, by_three = torch.randn(9, 3), torch.tensor([0, 0, 0, 1, 1, 1, 2, 2, 2])
about("smooth AP", "smoothApLoss", losses.SmoothAPLoss(0.2), {"temperature": 0.2}, three, by_three)
for variant in ["O", "Iu", "Ib", "Ds", "Dq"]:
    about(f"pnp {variant}", "pnpLoss", losses.PNPLoss(b=1.5, alpha=2, anneal=0.2, variant=variant), {"temperature": 0.2}, penalty=variant)
about("instance", "instanceLoss", losses.InstanceLoss(5), {"scale": 5})

for name, loss, module in [
    ("contrastive against references", "contrastiveLoss", losses.ContrastiveLoss()),
    ("triplet against references", "tripletLoss", losses.TripletMarginLoss()),
    ("nt-xent against references", "ntXentLoss", losses.NTXentLoss(0.07)),
    ("nca against references", "ncaLoss", losses.NCALoss()),
]:
    made = graded(name, lambda embeddings, reference: module(embeddings, y, None, reference, other_labels), {"embeddings": x, "reference": other}, None, ("embeddings", "reference"))
    made["inputs"].update({"labels": y, "referenceLabels": other_labels, "parts": {}})
    cases.append(named(loss, made))
for c in cases:
    parts = c["inputs"]["parts"]
    if "miner_" in parts:
        parts["miner"] = parts.pop("miner_")
emit("losses", "metric_pairs", VERSION, cases)

# Against centres: the weights are set, and their gradient is by the same name.
cases = []
weights = torch.randn(3, 3)


def centred(name, loss, build, attribute, options=None, centers=weights, shape=lambda w: w):
    def f(embeddings, centers):
        module = build().double()
        delattr(module, attribute)
        setattr(module, attribute, shape(centers))
        return module(embeddings, y)

    made = graded(name, f, {"embeddings": x, "centers": centers}, options, ("embeddings", "centers"))
    made["inputs"]["labels"] = y
    cases.append(named(loss, made))


def columns(w):
    return w.reshape(-1, w.shape[-1]).T


size = {"num_classes": 3, "embedding_size": 3}
several = torch.randn(3, 2, 3)
centred("arc", "arcFaceLoss", lambda: losses.ArcFaceLoss(**size, margin=math.degrees(0.4), scale=8), "W", {"margin": 0.4, "scale": 8}, shape=columns)
centred("arc, wide", "arcFaceLoss", lambda: losses.ArcFaceLoss(**size, margin=math.degrees(1.9), scale=4), "W", {"margin": 1.9, "scale": 4}, shape=columns)
centred("cos", "cosFaceLoss", lambda: losses.CosFaceLoss(**size, scale=8), "W", {"scale": 8}, shape=columns)
centred("sphere", "sphereFaceLoss", lambda: losses.SphereFaceLoss(**size), "W", shape=columns)
centred("large margin", "largeMarginSoftmaxLoss", lambda: losses.LargeMarginSoftmaxLoss(**size, margin=3, scale=0.5), "W", {"margin": 3, "scale": 0.5}, shape=columns)
centred("sub-centers", "subCenterArcFaceLoss", lambda: losses.SubCenterArcFaceLoss(**size, margin=math.degrees(0.4), scale=8, sub_centers=2), "W", {"margin": 0.4, "scale": 8}, several, columns)
centred("soft triple", "softTripleLoss", lambda: losses.SoftTripleLoss(**size, centers_per_class=2, la=5, gamma=0.2, margin=0.1), "fc", {"scale": 5, "temperature": 0.2, "margin": 0.1}, several, columns)
centred("normalized softmax", "normalizedSoftmaxLoss", lambda: losses.NormalizedSoftmaxLoss(**size, temperature=0.3), "W", {"temperature": 0.3}, shape=columns)
centred("proxy nca", "proxyNcaLoss", lambda: losses.ProxyNCALoss(**size, softmax_scale=3), "proxies", {"scale": 3})
centred("proxy anchor", "proxyAnchorLoss", lambda: losses.ProxyAnchorLoss(**size, margin=0.2, alpha=6), "proxies", {"margin": 0.2, "alpha": 6})


def p2s_grad(embeddings, centers):
    """The module sets its weights under no gradient; here the same on weights that are unit vectors by construction."""
    cos = F.normalize(embeddings) @ F.normalize(centers).T
    value = F.mse_loss(cos, F.one_hot(y, 3).double())
    module = losses.P2SGradLoss(3, 3).double()
    module.weight.data = F.normalize(centers.detach()).T
    assert torch.isclose(module(embeddings, y), value)
    return value


made = graded("p2s grad", p2s_grad, {"embeddings": x, "centers": weights}, None, ("embeddings", "centers"))
made["inputs"]["labels"] = y
cases.append(named("p2sGradLoss", made))


def manifold(embeddings, centers):
    module = losses.ManifoldLoss(l=3, K=3, alpha=0.7, margin=0.02, lambdaC=0.5).double()
    del module.proxies
    module.proxies = centers
    # The module rounds to float32 before it inverts.
    kept, torch.Tensor.float = torch.Tensor.float, torch.Tensor.double
    try:
        return module(embeddings, indices_tuple=y)
    finally:
        torch.Tensor.float = kept


made = graded("manifold", manifold, {"embeddings": x, "centers": weights}, {"alpha": 0.7, "margin": 0.02, "contextWeight": 0.5}, ("embeddings", "centers"))
made["inputs"]["labels"] = y
cases.append(named("manifoldLoss", made))
emit("losses", "metric_centers", VERSION, cases)


def barlow(first, second, weight=0.0051):
    norm = torch.nn.BatchNorm1d(first.shape[1], affine=False).double()
    c = norm(first).T @ norm(second) / len(first)
    diagonal = torch.diagonal(c)
    return ((diagonal - 1) ** 2).sum() + weight * ((c**2).sum() - (diagonal**2).sum())


views = {"first": torch.randn(6, 3), "second": torch.randn(6, 3)}
emit(
    "losses",
    "metric_views",
    f"{VERSION} (VICReg); Barlow Twins with torch {torch.__version__.split('+')[0]}, as its authors' code",
    [
        named("vicRegLoss", graded("vicreg", lambda first, second: losses.VICRegLoss(10, 20, 3)(first, ref_emb=second), views, {"invarianceWeight": 10, "varianceWeight": 20, "covarianceWeight": 3}, ("first", "second"))),
        named("vicRegLoss", graded("vicreg, small", lambda first, second: losses.VICRegLoss()(first, ref_emb=second), {key: 0.3 * view for key, view in views.items()}, None, ("first", "second"))),
        named("barlowTwinsLoss", graded("barlow", lambda first, second: barlow(first, second, 0.1), views, {"redundancyWeight": 0.1}, ("first", "second"))),
    ],
)


class Detached(losses.DynamicSoftMarginLoss):
    """The weights are constants, as in the authors' code."""

    def update_histogram(self, data):
        super().update_histogram(data.detach())


def dynamic(embeddings, later):
    module = Detached(num_bins=8, momentum=0.2)
    module(embeddings, y)
    return module(later, y)


# Within one octant: the module fails on differences in its last bin.
made = graded("two batches", dynamic, {"embeddings": torch.rand(7, 3), "later": torch.rand(7, 3)}, {"bins": 8, "momentum": 0.2}, ("later",))
made["inputs"]["labels"] = y
emit("losses", "metric_dynamic", VERSION, [made])
