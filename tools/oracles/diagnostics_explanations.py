"""Local explanations: captum, and scikit-learn's weighted least squares over all subsets."""

import itertools

import captum
import numpy as np
import sklearn
import torch
from captum.attr import FeatureAblation, InputXGradient, IntegratedGradients, Saliency, ShapleyValues
from oracle import case, emit
from sklearn.linear_model import LinearRegression

W = torch.tensor([[0.7, -0.4], [-0.3, 0.9], [0.5, 0.2], [-0.8, 0.6]], dtype=torch.float64)
V = torch.tensor([1.1, -0.7], dtype=torch.float64)


def model(x):
    """A network of two hidden units."""
    return torch.tanh(x @ W) @ V


def lime(x, baseline, width):
    kept = np.array(list(itertools.product([0, 1], repeat=x.shape[1])), dtype=float)
    points = baseline + kept * (x.numpy() - baseline)
    weights = np.exp(-((points - x.numpy()) ** 2).sum(1) / width**2)
    fit = LinearRegression().fit(kept, model(torch.tensor(points)).numpy(), sample_weight=weights)
    return fit.coef_


def attributions(x, baseline):
    base = torch.full_like(x, baseline)
    return {
        "vanillaGradient": Saliency(model).attribute(x, abs=False)[0],
        "gradientTimesInput": InputXGradient(model).attribute(x)[0] * (1 - base[0] / x[0]),
        "integratedGradients": IntegratedGradients(model).attribute(x, baselines=base, n_steps=50, method="riemann_middle")[0],
        "occlusion": FeatureAblation(model).attribute(x, baselines=base)[0],
        "kernelShap": ShapleyValues(model).attribute(x, baselines=base)[0],
        "lime": lime(x, baseline, 1.5),
    }


inputs = {"above zero": ([1.2, -0.7, 0.4, 2.1], 0.0), "above a baseline": ([-0.6, 0.9, 1.7, -1.1], 0.5)}
emit("diagnostics", "explanations", f"captum {captum.__version__} on torch {torch.__version__}; lime: scikit-learn {sklearn.__version__}", [
    case(name, {"x": x}, attributions(torch.tensor([x], dtype=torch.float64, requires_grad=False), baseline), options={"baseline": baseline})
    for name, (x, baseline) in inputs.items()
])
