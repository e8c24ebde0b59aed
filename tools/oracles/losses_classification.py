"""Classification beyond cross-entropy: torch.nn.functional, optax and scikit-learn where they have it, else the papers' formulas, naively in float64."""

import numpy as np
import optax
import torch
import torch.nn.functional as F
from losses_cases import graded, jax_graded, named
from oracle import emit
from sklearn.linear_model._sgd_fast import ModifiedHuber

torch.manual_seed(8)
logits = 1.5 * torch.randn(5, 4)
labels = torch.tensor([0, 3, 2, 2, 1])
soft = torch.softmax(torch.randn(5, 4), -1)
counts = torch.tensor([40.0, 3.0, 12.0, 150.0])
hits = torch.tensor([[1.0, 0, 1, 0], [0, 0, 1, 1], [1, 1, 0, 0], [0, 1, 0, 1], [1, 0, 0, 1]])
ids = {"logits": logits, "labels": labels}
softly = {"logits": logits, "labels": soft}
binary = {"logits": logits, "labels": hits}
none = {"reduction": "none"}


def chosen(logits, labels):
    return torch.softmax(logits, -1).gather(-1, labels[:, None])[:, 0]


def about(loss, name, f, options=None, inputs=ids):
    return named(loss, graded(name, f, inputs, options or {}))


def comp_sum(tau):
    def f(logits, labels):
        u = 1 / chosen(logits, labels) - 1
        return (torch.log(1 + u) if tau == 1 else ((1 + u) ** (1 - tau) - 1) / (1 - tau)).mean()

    return f


def symmetric(alpha, beta, a):
    """Wang et al. (5)-(7)."""

    def f(logits, labels):
        p = torch.softmax(logits, -1)
        t = F.one_hot(labels, 4).double()
        ce = -(t * torch.log(p)).sum(-1)
        rce = -(p * torch.where(t == 0, torch.tensor(float(a)).double(), torch.log(t.clamp_min(1e-30)))).sum(-1)
        return (alpha * ce + beta * rce).mean()

    return f


def bootstrap_soft(logits, labels):
    p = torch.softmax(logits, -1)
    return -((0.95 * F.one_hot(labels, 4) + 0.05 * p) * torch.log(p)).sum(-1).mean()


def bootstrap_hard(logits, labels):
    believed = F.one_hot(logits.argmax(-1), 4)
    return -((0.8 * F.one_hot(labels, 4) + 0.2 * believed) * torch.log_softmax(logits, -1)).sum(-1).mean()


def stable_max(logits, labels):
    """The official code: s(x) over its sum, in float64."""
    s = torch.where(logits >= 0, logits + 1, 1 / (1 - torch.where(logits >= 0, 0.0, logits)))
    return -torch.log(s / s.sum(-1, keepdim=True)).gather(-1, labels[:, None]).mean()


def ldam(logits, labels):
    """The authors' LDAMLoss."""
    m = 1.0 / torch.sqrt(torch.sqrt(counts.double()))
    m = m * (0.5 / m.max())
    margin = F.one_hot(labels, 4) * m
    return F.cross_entropy(2.0 * (logits - margin), labels)


def asymmetric(gamma_negative, gamma_positive, clip):
    """The authors' AsymmetricLoss, whose gradient flows through the focal weights."""

    def f(logits, labels):
        p = torch.sigmoid(logits)
        negative = (1 - p + clip).clamp(max=1)
        loss = labels * torch.log(p) + (1 - labels) * torch.log(negative)
        pt = p * labels + negative * (1 - labels)
        return -(loss * (1 - pt) ** (gamma_positive * labels + gamma_negative * (1 - labels))).mean()

    return f


margins = {
    "hinge": lambda m: F.relu(1 - m),
    "squaredHinge": lambda m: F.relu(1 - m) ** 2,
    "smoothHinge": lambda m: torch.where(m <= 0, 0.5 - m, 0.5 * F.relu(1 - m) ** 2),
    "modifiedHuber": lambda m: torch.where(m >= -1, F.relu(1 - m) ** 2, -4 * m),
    "logistic": lambda m: torch.log(1 + torch.exp(-m)),
    "exponential": lambda m: torch.exp(-m),
    "perceptron": lambda m: F.relu(-m),
    "savage": lambda m: 1 / (1 + torch.exp(m)) ** 2,
}
for m in (-3.0, -0.5, 0.5, 2.0):
    assert np.isclose(ModifiedHuber().py_loss(1.0, m), margins["modifiedHuber"](torch.tensor(m)).item())


def margin(phi):
    return lambda logits, labels: phi((2 * labels - 1) * logits).mean()


def multi_margin(**how):
    return lambda logits, labels: F.multi_margin_loss(logits, labels, **how)


def multi_label(logits, labels):
    """torch wants the labels' indices, ended by -1."""
    rows = [[k for k in range(4) if row[k] > 0] for row in labels]
    return F.multilabel_margin_loss(logits, torch.tensor([row + [-1] * (4 - len(row)) for row in rows]))


def l2_svm(squared):
    def f(logits, labels):
        t = 2 * F.one_hot(labels, 4) - 1
        return 0.7 * (F.relu(1 - t * logits) ** (2 if squared else 1)).sum()

    return f


cases = [
    about("negativeLogLikelihood", "nll", lambda logits, labels: F.nll_loss(logits, labels)),
    named(
        "polyLoss",
        jax_graded("poly", lambda logits, labels: optax.losses.poly_loss_cross_entropy(logits, labels, epsilon=2.0), {"logits": logits, "labels": F.one_hot(labels, 4).float()}, none),
    ),
    named("polyLoss", jax_graded("poly, soft labels", lambda logits, labels: optax.losses.poly_loss_cross_entropy(logits, labels, epsilon=-0.5), softly, {"epsilon": -0.5, **none})),
    about("symmetricCrossEntropy", "symmetric", symmetric(0.1, 1, -4)),
    about("symmetricCrossEntropy", "symmetric, other weights", symmetric(6, 0.1, -6), {"alpha": 6, "beta": 0.1, "logOfZero": -6}),
    about("bootstrapCrossEntropy", "bootstrap, soft", bootstrap_soft),
    about("bootstrapCrossEntropy", "bootstrap, hard", bootstrap_hard, {"beliefs": "hard"}),
    about("stableMaxCrossEntropy", "stablemax", stable_max),
    about("asymmetricLoss", "asymmetric", asymmetric(4, 1, 0.05), {}, binary),
    about("asymmetricLoss", "asymmetric, no clip", asymmetric(3, 0, 0), {"gammaNegative": 3, "gammaPositive": 0, "clip": 0}, binary),
    named("multiclassHingeLoss", jax_graded("crammer-singer", lambda logits, labels: optax.losses.multiclass_hinge_loss(logits, labels), ids, none)),
    named("multiclassHingeLoss", jax_graded("multiclass perceptron", lambda logits, labels: optax.losses.multiclass_perceptron_loss(logits, labels), ids, {"margin": 0, **none})),
    about("multiMarginLoss", "multi-margin", multi_margin()),
    about("multiMarginLoss", "multi-margin, squared", multi_margin(p=2, margin=0.5), {"p": 2, "margin": 0.5}),
    about("multiLabelMarginLoss", "multi-label margin", multi_label, {}, binary),
    about("binaryCrossEntropy", "multi-label soft margin", lambda logits, labels: F.multilabel_soft_margin_loss(logits, labels), {}, binary),
    about("l2SvmLoss", "l2 svm", l2_svm(True), {"c": 0.7, "reduction": "sum"}),
    about("l2SvmLoss", "l1 svm", l2_svm(False), {"c": 0.7, "squared": False, "reduction": "sum"}),
]
cases += [about("compSumLoss", f"comp-sum {tau}", comp_sum(tau), {"tau": tau}) for tau in (0, 0.5, 1, 1.5, 2, 3)]
cases += [about("generalizedCrossEntropy", "generalized cross-entropy", comp_sum(1.7))]
cases += [about(f"marginLoss {name}", name, margin(phi), {}, binary) for name, phi in margins.items()]
emit("losses", "classification", f"torch {torch.__version__.split('+')[0]}, optax {optax.__version__}, formulas of the papers and of their authors' code", cases)

counted = {**ids, "counts": counts}
emit(
    "losses",
    "imbalance",
    "the authors' code of LDAM and class-balanced loss, logit adjustment as published",
    [
        named("ldamLoss", graded("ldam", lambda logits, labels, counts: ldam(logits, labels), counted, {"scale": 2})),
        named("logitAdjustedLoss", graded("adjusted", lambda logits, labels, counts: F.cross_entropy(logits + 1.3 * torch.log(counts / counts.sum()), labels), counted, {"tau": 1.3})),
    ],
)
