"""The cross-entropy family: torch.nn.functional, torchvision's and optax's focal losses, z-loss and temperature as they are defined."""

import optax
import torch
import torch.nn.functional as F
from losses_cases import graded, jax_graded
from oracle import emit

torch.manual_seed(6)

logits = 2 * torch.randn(5, 4)
labels = torch.tensor([0, 3, 2, 2, 1])
soft = torch.softmax(torch.randn(5, 4), -1)
class_weights = torch.tensor([0.5, 2.0, 1.0, 3.0])
ignoring = torch.tensor([0, -100, 2, 1, -100])
weights = torch.tensor([1.0, 0.0, 2.5, 0.5, 1.0])
images = torch.randn(2, 3, 2, 2)
image_labels = torch.randint(0, 3, (2, 2, 2))
rows = torch.tensor([0.5, -1.0, 2.0, 0.0, 1.0])
wide = torch.tensor([[80.0, -80.0, 3.0], [-300.0, 300.0, 0.0]])

torch_version = f"torch {torch.__version__.split('+')[0]}"


def cross_entropy(**how):
    return lambda logits, labels: F.cross_entropy(logits, labels, **how)


def z_loss(coefficient, temperature=1.0):
    """PaLM's auxiliary loss beside the cross-entropy."""

    def f(logits, labels):
        z = logits / temperature
        return (F.cross_entropy(z, labels, reduction="none") + coefficient * torch.logsumexp(z, -1) ** 2).mean()

    return f


def weighted(logits, labels):
    w = weights.double()
    return (w * F.cross_entropy(logits, labels, reduction="none")).sum() / w.sum()


ids = {"logits": logits, "labels": labels}
emit(
    "losses",
    "cross_entropy",
    f"{torch_version} cross_entropy, optax {optax.__version__} softmax_cross_entropy",
    [
        graded("class ids", cross_entropy(), ids),
        graded("soft labels", cross_entropy(), {"logits": logits, "labels": soft}),
        graded("sum", cross_entropy(reduction="sum"), ids, {"reduction": "sum"}),
        graded("none", cross_entropy(reduction="none"), ids, {"reduction": "none"}, upstream=rows),
        graded("label smoothing", cross_entropy(label_smoothing=0.1), ids, {"labelSmoothing": 0.1}),
        graded("label smoothing of soft labels", cross_entropy(label_smoothing=0.3), {"logits": logits, "labels": soft}, {"labelSmoothing": 0.3}),
        graded("class weights", cross_entropy(weight=class_weights.double()), ids, {"classWeights": class_weights.tolist()}),
        graded("ignored rows", cross_entropy(ignore_index=-100), {"logits": logits, "labels": ignoring}, {"ignoreIndex": -100}),
        graded(
            "all at once",
            cross_entropy(ignore_index=-100, weight=class_weights.double()),
            {"logits": logits, "labels": ignoring},
            {"ignoreIndex": -100, "classWeights": class_weights.tolist()},
        ),
        graded("weights", weighted, ids, {"weights": weights.tolist()}),
        graded("classes on axis 1", cross_entropy(), {"logits": images, "labels": image_labels}, {"axis": 1}),
        graded("z-loss", z_loss(0.01), ids, {"zLoss": 0.01}),
        graded("z-loss and temperature", z_loss(0.05, 2.5), ids, {"zLoss": 0.05, "temperature": 2.5}),
        graded("temperature", z_loss(0, 0.5), ids, {"temperature": 0.5}),
        graded("wide logits", cross_entropy(reduction="none"), {"logits": wide, "labels": torch.tensor([1, 0])}, {"reduction": "none"}),
        jax_graded(
            "optax",
            lambda logits, labels: optax.softmax_cross_entropy(logits, labels),
            {"logits": logits, "labels": soft},
            {"reduction": "none"},
        ),
    ],
)


def bce(**how):
    return lambda logits, labels: F.binary_cross_entropy_with_logits(logits, labels, **how)


hits = torch.tensor([[1.0, 0.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0], [1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 0.0, 1.0], [1.0, 0.0, 0.0, 1.0]])
odds = torch.tensor([1.0, 3.0, 0.5, 2.0])
binary = {"logits": logits, "labels": hits}
emit(
    "losses",
    "binary_cross_entropy",
    f"{torch_version} binary_cross_entropy_with_logits",
    [
        graded("hard labels", bce(), binary),
        graded("soft labels", bce(reduction="none"), {"logits": logits, "labels": soft}, {"reduction": "none"}),
        graded("a weight for positives", bce(pos_weight=odds.double()), binary, {"posWeight": odds.tolist()}),
        graded(
            "label smoothing",
            lambda logits, labels: F.binary_cross_entropy_with_logits(logits, 0.8 * labels + 0.1),
            binary,
            {"labelSmoothing": 0.2},
        ),
        graded("wide logits", bce(reduction="none"), {"logits": wide, "labels": torch.tensor([[1.0, 1, 0], [1, 0, 0.5]])}, {"reduction": "none"}),
    ],
)


def focal(gamma, weight=None):
    """Lin et al. (5), over softmax."""

    def f(logits, labels):
        log_p = torch.log_softmax(logits, -1).gather(-1, labels[:, None])[:, 0]
        loss = -((1 - log_p.exp()) ** gamma) * log_p
        w = torch.ones_like(log_p) if weight is None else weight.double()[labels]
        return (w * loss).sum() / w.sum()

    return f


emit(
    "losses",
    "focal",
    f"{torch_version}: the formula of Lin et al. over log_softmax",
    [
        graded("gamma 2", focal(2), ids),
        graded("gamma 0.5", focal(0.5), ids, {"gamma": 0.5}),
        graded("gamma 5 with class weights", focal(5, class_weights), ids, {"gamma": 5, "classWeights": class_weights.tolist()}),
    ],
)


def sigmoid_focal(alpha, gamma):
    """The body of torchvision.ops.sigmoid_focal_loss, where alpha < 0 turns the balance off."""

    def f(logits, labels):
        p = torch.sigmoid(logits)
        ce = F.binary_cross_entropy_with_logits(logits, labels, reduction="none")
        p_t = p * labels + (1 - p) * (1 - labels)
        loss = ce * ((1 - p_t) ** gamma)
        return loss if alpha < 0 else (alpha * labels + (1 - alpha) * (1 - labels)) * loss

    return f


none = {"reduction": "none"}
emit(
    "losses",
    "sigmoid_focal",
    f"{torch_version}: torchvision's sigmoid_focal_loss; optax {optax.__version__} sigmoid_focal_loss",
    [
        graded("gamma 2", sigmoid_focal(-1, 2), binary, none),
        graded("alpha 0.25", sigmoid_focal(0.25, 2), binary, {"alpha": 0.25, **none}),
        graded("soft labels", sigmoid_focal(0.6, 1.5), {"logits": logits, "labels": soft}, {"alpha": 0.6, "gamma": 1.5, **none}),
        jax_graded("optax", lambda logits, labels: optax.sigmoid_focal_loss(logits, labels, alpha=0.25, gamma=3.0), binary, {"alpha": 0.25, "gamma": 3, **none}),
    ],
)
