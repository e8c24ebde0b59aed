"""Confusion losses, robust weights and histogram targets: scikit-learn and torch where they have them, else the formulas, naively in float64."""

import jax
import numpy as np
import optax
import torch
import torch.nn.functional as F
from losses_cases import graded, jax_graded, named
from oracle import emit
from sklearn.metrics import balanced_accuracy_score, fbeta_score, jaccard_score, matthews_corrcoef

torch.manual_seed(9)
logits = 1.5 * torch.randn(6, 3)
labels = torch.tensor([0, 2, 1, 2, 1, 0])
weights = torch.tensor([1.0, 0.0, 2.0, 0.5, 1.0, 1.0])
probs = torch.rand(8)
truth = torch.tensor([1.0, 0, 1, 1, 0, 0, 1, 0])
ids = {"logits": logits, "labels": labels}


def counts(p, y, w=1.0):
    return (w * p * y).sum(0), (w * (1 - p) * y).sum(0), (w * p * (1 - y)).sum(0), (w * (1 - p) * (1 - y)).sum(0)


def f_beta(b):
    return lambda tp, fn, fp, tn: (1 + b * b) * tp / (b * b * (tp + fn) + tp + fp)


metrics = {
    "accuracy": lambda tp, fn, fp, tn: (tp + tn) / (tp + tn + fp + fn),
    "balancedAccuracy": lambda tp, fn, fp, tn: (tp / (tp + fn) + tn / (tn + fp)) / 2,
    "geometricMean": lambda tp, fn, fp, tn: torch.sqrt(tp / (tp + fn) * tn / (tn + fp)),
    "jaccard": lambda tp, fn, fp, tn: tp / (tp + fp + fn),
    "matthews": lambda tp, fn, fp, tn: (tp * tn - fp * fn) / torch.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)),
    "fBeta": f_beta(1.0),
}
hard = (probs > 0.5).double()
for name, score in {"balancedAccuracy": balanced_accuracy_score, "jaccard": jaccard_score, "matthews": matthews_corrcoef}.items():
    assert np.isclose(metrics[name](*counts(hard, truth.double())).item(), score(truth, hard))
assert np.isclose(f_beta(2.0)(*counts(hard, truth.double())).item(), fbeta_score(truth, hard, beta=2))


def about(loss, name, f, inputs, options=None, by=("logits",)):
    return named(loss, graded(name, f, inputs, options or {}, by))


def region(alpha, smooth, squared, level):
    """The paper's self-adjusting dice, mean over the classes."""

    def f(logits, labels):
        p = torch.softmax(logits, -1)
        y = F.one_hot(labels, 3).double()
        q = (1 - p) ** alpha * p
        size = (lambda x: x**2) if squared else (lambda x: x)
        if level == "example":
            return (1 - (2 * q * y + smooth) / (size(q) + size(y) + smooth)).mean()
        return (1 - (2 * (q * y).sum(0) + smooth) / (size(q).sum(0) + size(y).sum(0) + smooth)).mean()

    return f


def tversky(a, b, smooth, gamma, w=1.0):
    def f(logits, labels):
        tp, fn, fp, _ = counts(torch.softmax(logits, -1), F.one_hot(labels, 3).double(), w)
        return ((1 - (tp + smooth) / (tp + a * fp + b * fn + smooth)) ** gamma).mean()

    return f


binary = {"probs": probs, "labels": truth}
cases = [
    about("confusionLoss " + name, name, lambda probs, labels, of=of: 1 - of(*counts(probs, labels)), binary, by=("probs",))
    for name, of in metrics.items()
]
cases += [
    about("anyLoss balancedAccuracy", "amplified", lambda probs, labels: 1 - metrics["balancedAccuracy"](*counts(torch.sigmoid(10 * (probs - 0.4)), labels)), binary, {"steepness": 10, "threshold": 0.4}, by=("probs",)),
    about("diceLoss", "dice", region(0, 1, False, "batch"), ids),
    about("diceLoss", "dice, adjusting", region(0.1, 0.5, True, "batch"), ids, {"alpha": 0.1, "smooth": 0.5, "squaredDenominator": True}),
    about("diceLoss", "dice of examples", region(0.05, 1, True, "example"), ids, {"alpha": 0.05, "squaredDenominator": True, "level": "example"}),
    about("tverskyLoss", "tversky", tversky(0.3, 0.7, 1, 1), ids, {"fpWeight": 0.3, "fnWeight": 0.7}),
    about("tverskyLoss", "focal tversky, weighted", tversky(0.5, 0.5, 0.1, 0.75, weights[:, None].double()), ids, {"gamma": 0.75, "smooth": 0.1, "weights": weights.tolist()}),
    about("jaccardLoss", "jaccard loss", tversky(1, 1, 1, 1), ids),
]


def binary_dice(logits, labels):
    p = torch.sigmoid(logits)
    return 1 - (2 * (p * labels).sum() + 1) / (p.sum() + labels.sum() + 1)


cases += [about("binaryDiceLoss", "binary dice", binary_dice, {"logits": logits, "labels": F.one_hot(labels, 3).float()})]


def generalized_dice(logits, labels):
    return optax.losses.multiclass_generalized_dice_loss(logits[None], jax.nn.one_hot(labels, 3)[None])


frequencies = F.one_hot(labels, 3).sum(0).double()
# optax smooths the halves of the sums that are smoothed here, and gives each class one over its squared frequency.
generalized = {"smooth": 2.0, "classWeights": (1 / (frequencies**2 + 1e-7)).tolist()}
cases += [named("diceLoss", jax_graded("optax's generalized dice", generalized_dice, {"logits": logits, "labels": labels}, generalized))]
emit("losses", "confusion", f"torch {torch.__version__.split('+')[0]} by the papers' formulas, metrics agreeing with scikit-learn; optax {optax.__version__}", cases)


def ldr(lam, c, how):
    def f(logits, labels):
        z = logits
        if how == "meanAbs":
            z = z / z.abs().mean(-1, keepdim=True)
        if how == "softplusMean":
            z = F.softplus(z) / F.softplus(z).mean(-1, keepdim=True)
        y = F.one_hot(labels, 3)
        d = z - (z * y).sum(-1, keepdim=True) + c * (1 - y)
        return (lam * (torch.logsumexp(d / lam, -1) - np.log(3))).mean()

    return f


def z_loss(a, b):
    def f(logits, labels):
        mean = logits.mean(-1, keepdim=True)
        std = torch.sqrt(((logits - mean) ** 2).mean(-1, keepdim=True) + 1e-6)
        z = ((logits - mean) / std).gather(-1, labels[:, None])
        return (F.softplus(a * (b - z)) / a).mean()

    return f


temperatures = torch.rand(6) + 0.5
losses = 2 * torch.rand(6)


def dro(losses):
    return 0.7 * torch.log((weights.double() * torch.exp(losses / 0.7)).sum() / weights.sum())


def dynamic(losses):
    h = (2 * losses - losses.max() - losses.min()) / (losses.max() - losses.min())
    w = torch.softmax((1 - h**2) / 0.4, -1).detach()
    return (w * losses).sum()


def dco(n):
    return lambda logProbs: -torch.log(1 - (1 - torch.exp(logProbs)) ** n).sum()


log_probs = torch.tensor([-0.05, -0.6, -2.0, -5.0, -12.0])
cases = [
    about("ldrLoss", "ldr", ldr(10, 0.1, "meanAbs"), ids),
    about("ldrLoss", "ldr of softplus", ldr(4, 0.2, "softplusMean"), ids, {"lambda": 4, "margin": 0.2, "normalize": "softplusMean"}),
    about("ldrLoss", "ldr unnormalised", ldr(0.5, 1, "none"), ids, {"lambda": 0.5, "margin": 1, "normalize": "none"}),
    about("zLoss", "z-loss", z_loss(2, 2), ids),
    about("zLoss", "z-loss, other", z_loss(0.7, -0.3), ids, {"sharpness": 0.7, "location": -0.3}),
    about(
        "robustTemperatureLoss",
        "temperatures",
        lambda logits, labels, temperatures: (temperatures * F.cross_entropy(logits / temperatures[:, None], labels, reduction="none") + temperatures * (0.3 - np.log(3))).mean(),
        {**ids, "temperatures": temperatures},
        {"rho": 0.3},
        by=("logits", "temperatures"),
    ),
    about("klDroLoss", "kl-dro", dro, {"losses": losses}, {"temperature": 0.7, "weights": weights.tolist()}, by=("losses",)),
    about("dynamicallyWeightedLoss", "dynamic", dynamic, {"losses": losses}, {"strategy": "quadratic", "temperature": 0.4}, by=("losses",)),
    about("dcoLoss", "dco 4", dco(4), {"logProbs": log_probs}, {"n": 4, "reduction": "sum"}, by=("logProbs",)),
    about("dcoLoss", "dco 256", dco(256), {"logProbs": log_probs}, {"n": 256, "reduction": "sum"}, by=("logProbs",)),
]
emit("losses", "robust", f"torch {torch.__version__.split('+')[0]} by the papers' formulas", cases)
