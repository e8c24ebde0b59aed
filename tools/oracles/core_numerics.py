"""Scans, sorts, segments, moments, distances and einsum by PyTorch and NumPy, with gradients."""

import numpy as np
import scipy
import scipy.signal
import torch
from oracle import case, emit
from scipy.spatial.distance import cdist

torch.manual_seed(3)
cases = []


def leaf(*shape):
    return torch.randn(*shape, dtype=torch.float64).float().double().requires_grad_()


def add(name, f, inputs, options=None, constants=None):
    """A case whose inputs are differentiated; the constants are not."""
    value = f(**inputs)
    upstream = torch.randn_like(value)
    grads = torch.autograd.grad((value * upstream).sum(), list(inputs.values()))
    called = {"call": name.split()[0], **inputs, **(constants or {})}
    cases.append(case(name, called, value, dict(zip(inputs, grads)), options, upstream))


def plain(name, inputs, value, options=None):
    cases.append(case(name, {"call": name.split()[0], **inputs}, value, options=options))


# scans
def recurrence(x, decay, reverse=False):
    steps = range(x.shape[-1])
    previous, rows = torch.zeros_like(x[..., 0]), [None] * x.shape[-1]
    for t in reversed(steps) if reverse else steps:
        previous = rows[t] = x[..., t] + decay[..., t] * previous
    return torch.stack(rows, -1)


for reverse in (False, True):
    add(f"linearRecurrence reverse {reverse}", lambda x, decay: recurrence(x, decay, reverse), {"x": leaf(2, 7), "decay": leaf(2, 7)}, {"reverse": reverse})
filtered = scipy.signal.lfilter([1], [1, -0.9], np.arange(1.0, 20.0))
plain("linearRecurrence lfilter", {"x": np.arange(1.0, 20.0), "decay": np.array(0.9)}, filtered)
zeros = torch.tensor([[2.0, 0.0, 3.0, -1.0, 0.0, 1.5], [1.0, -2.0, 0.5, 4.0, 1.0, 1.0]], dtype=torch.float64, requires_grad=True)
add("cumprod zeros", lambda x: torch.cumprod(x, -1), {"x": zeros})
add("cumprod axis", lambda x: torch.cumprod(x, 1), {"x": leaf(2, 5, 2)}, {"axis": 1})
add("cumprod reverse", lambda x: torch.cumprod(x.flip(-1), -1).flip(-1), {"x": leaf(3, 4)}, {"reverse": True})

# sorts
ties = torch.tensor([[1.0, 3.0, 1.0, 2.0, 3.0], [-0.5, 0.0, 0.0, 7.0, -0.5]], dtype=torch.float64, requires_grad=True)
for descending in (False, True):
    options = {"descending": descending}
    add(f"sort descending {descending}", lambda x: torch.sort(x, dim=-1, descending=descending, stable=True).values, {"x": leaf(3, 9)}, options)
    plain(f"argsort ties descending {descending}", {"x": ties}, torch.sort(ties, dim=-1, descending=descending, stable=True).indices.int(), options)
    special = torch.tensor([2.0, float("nan"), float("inf"), -float("inf"), 0.0, 3e38, float("nan"), -3e38])
    plain(f"argsort special descending {descending}", {"x": special}, torch.sort(special, dim=-1, descending=descending, stable=True).indices.int(), options)
    plain(f"sort special descending {descending}", {"x": special}, torch.sort(special, dim=-1, descending=descending, stable=True).values, options)
add("sort axis", lambda x: torch.sort(x, 0).values, {"x": leaf(4, 2, 3)}, {"axis": 0})
add("topK", lambda x: torch.topk(x, 3).values, {"x": leaf(2, 8)}, {"k": 3})
add("topK smallest", lambda x: torch.topk(x, 2, 0, False).values, {"x": leaf(5, 3)}, {"k": 2, "axis": 0, "largest": False})
for interpolation in ("linear", "lower", "higher", "midpoint", "nearest"):
    add(
        f"quantile {interpolation}",
        lambda x: torch.quantile(x, torch.tensor([0.0, 0.1, 0.5, 0.77, 1.0], dtype=torch.float64), 1, interpolation=interpolation),
        {"x": leaf(3, 6)},
        {"q": [0.0, 0.1, 0.5, 0.77, 1.0], "axis": 1, "interpolation": interpolation},
    )
numbers = np.random.default_rng(1).normal(size=(3, 4, 2))
plain("median all", {"x": numbers}, np.median(numbers))
plain("median axes", {"x": numbers}, np.median(numbers, axis=(0, 2)), {"axis": [0, 2]})
withNan = np.array([[1.0, np.nan, 2.0], [-np.inf, 0.0, np.inf]])
plain("median special", {"x": withNan}, np.median(withNan, axis=1), {"axis": 1})

# segments and coordinates
ids = torch.tensor([2, 0, 2, 2, 4, 0])
add("segmentSum", lambda x: torch.zeros(5, 3, dtype=torch.float64).index_add(0, ids, x), {"x": leaf(6, 3)}, {"count": 5}, {"ids": ids.int()})
counts = torch.bincount(ids, minlength=5).clamp(min=1).double()
add("segmentMean", lambda x: torch.zeros(5, dtype=torch.float64).index_add(0, ids, x) / counts, {"x": leaf(6)}, {"count": 5}, {"ids": ids.int()})
at = torch.tensor([[[0, 1], [2, 0]], [[0, 1], [1, 1]]])
add("gatherNd", lambda x: x[at[..., 0], at[..., 1]], {"x": leaf(3, 2, 2)}, None, {"indices": at.int()})
add("gatherNd elements", lambda x: x[at[..., 0], at[..., 1]], {"x": leaf(3, 2)}, None, {"indices": at.int()})

# moments
mask = torch.tensor([[1, 0, 1, 1], [0, 0, 0, 1], [1, 1, 1, 1]]).double()


def mean(x):
    return (x * mask).sum(1) / mask.sum(1)


def variance(x, ddof=1):
    centred = (x - mean(x)[:, None]) * mask
    return (centred**2).sum(1)[[0, 2]] / (mask.sum(1)[[0, 2]] - ddof)


full = {"mask": mask, "axis": 1}
add("maskedMean", mean, {"x": leaf(3, 4)}, {"axis": 1}, {"mask": mask})
add("maskedVariance plain", lambda x: torch.var(x, 0, correction=1), {"x": leaf(5, 2)}, {"axis": 0})
add("maskedVariance ddof 0", lambda x: torch.var(x, correction=0), {"x": leaf(5, 2)}, {"ddof": 0})
whiten = lambda x: (x - x.mean()) / (x.std() + 1e-8)
add("standardize", whiten, {"x": leaf(3, 3)})
add("standardize ddof 0", lambda x: (x - x.mean(1, True)) / (x.std(1, correction=0, keepdim=True) + 1e-4), {"x": leaf(3, 5)}, {"axis": 1, "ddof": 0, "eps": 1e-4})
far = np.array([1e6, 1e6 + 1, 1e6 + 3])
plain("maskedVariance far from 0", {"x": far}, np.var(far, ddof=1))

# distances
add("pairwiseSquaredDistances", lambda x, y: ((x[:, None] - y[None]) ** 2).sum(-1), {"x": leaf(3, 4), "y": leaf(5, 4)})
close = np.random.default_rng(2).normal(size=(4, 3)) * 1e-3 + 100
close = close.astype(np.float32).astype(np.float64)
plain("pairwiseSquaredDistances close", {"x": close, "y": close}, cdist(close, close, "sqeuclidean"))
add("gramMatrix", lambda x, y: x @ y.T, {"x": leaf(3, 4), "y": leaf(2, 4)})
centring = torch.eye(4, dtype=torch.float64) - 0.25
add("centerGram", lambda gram: centring @ gram @ centring, {"gram": leaf(4, 4)})

# einsum
for equation, shapes in {
    "ij,jk->ik": [(2, 3), (3, 4)],
    "ij,jk": [(2, 3), (3, 4)],
    "bij,bjk->bik": [(2, 3, 2), (2, 2, 4)],
    "bhqd,bhkd->bhqk": [(2, 2, 3, 4), (2, 2, 5, 4)],
    "i,j->ij": [(3,), (2,)],
    "ij->ji": [(2, 3)],
    "ij->": [(2, 3)],
    "ii->i": [(3, 3)],
    "ii": [(3, 3)],
    "bii->b": [(2, 3, 3)],
    "ij,ij->i": [(3, 4), (3, 4)],
    "ij,k->kj": [(2, 3), (2,)],
    "ab,bc,cd->ad": [(2, 3), (3, 4), (4, 2)],
    "...ij,...jk->...ik": [(2, 3, 4), (2, 4, 2)],
    "...d,d->...": [(2, 3, 4), (4,)],
    "ijk,ilm,njm,nlk,abc->": [(2, 2, 2), (2, 2, 2), (2, 2, 2), (2, 2, 2), (1, 2, 2)],
}.items():
    inputs = {f"x{i}": leaf(*shape) for i, shape in enumerate(shapes)}
    add(f"einsum {equation}", lambda **parts: torch.einsum(equation, *parts.values()), inputs, {"equation": equation})

families = {
    "scans": "linearRecurrence cumprod",
    "sorting": "sort argsort topK quantile median",
    "segments": "segmentSum segmentMean gatherNd",
    "moments": "maskedMean maskedVariance standardize",
    "distances": "pairwiseSquaredDistances gramMatrix centerGram",
    "einsum": "einsum",
}
source = f"torch {torch.__version__.split('+')[0]}, numpy {np.__version__}, scipy {scipy.__version__}"
for family, names in families.items():
    emit("core", family, source, [c for c in cases if c["inputs"]["call"] in names.split()])
