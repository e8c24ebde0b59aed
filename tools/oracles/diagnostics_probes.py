"""Linear probes: naive Bayes by scipy's densities, logistic regression by scikit-learn (three classes) and scipy (two)."""

import numpy as np
import scipy
import sklearn
from oracle import case, emit
from scipy.optimize import minimize
from scipy.special import logsumexp
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression

rng = np.random.default_rng(11)
x = rng.normal(size=(12, 3)).astype(np.float32)
y = np.array([0, 1, 2] * 4, dtype=np.int32)
x += 0.7 * np.eye(3, dtype=np.float32)[y]
unseen = rng.normal(size=(4, 3)).astype(np.float32)
inputs = {"features": x, "labels": y, "unseen": unseen}


def bayes(x, y, unseen, classes):
    """Log posteriors under a variance that the classes share."""
    means = np.stack([x[y == k].mean(0) for k in range(classes)]).astype(np.float64)
    variance = ((x - means[y]) ** 2).mean(0)
    joint = np.stack([np.log((y == k).mean()) + norm.logpdf(unseen, means[k], np.sqrt(variance)).sum(1) for k in range(classes)], 1)
    return joint - logsumexp(joint, axis=1, keepdims=True)


def logistic(c):
    model = LogisticRegression(C=c, tol=1e-12, max_iter=10000).fit(x.astype(np.float64), y)
    return {"weights": model.coef_.T, "bias": model.intercept_}


def binary(x, y, c):
    def loss(params):
        w, b = params[:6].reshape(3, 2), params[6:]
        z = x @ w + b
        return 0.5 * (w**2).sum() + c * (logsumexp(z, axis=1) - z[np.arange(len(y)), y]).sum()

    found = minimize(loss, np.zeros(8), method="BFGS", options={"gtol": 1e-9}).x
    return {"weights": found[:6].reshape(3, 2), "bias": found[6:]}


two = y < 2
emit("diagnostics", "naive_bayes", f"scipy {scipy.__version__}: stats.norm", [
    case("three classes", {**inputs, "classes": 3}, bayes(x, y, unseen, 3)),
    case("two classes, unbalanced", {"features": x[two][:7], "labels": y[two][:7], "unseen": unseen, "classes": 2}, bayes(x[two][:7], y[two][:7], unseen, 2)),
])
emit("diagnostics", "logistic", f"scikit-learn {sklearn.__version__}: LogisticRegression, scipy {scipy.__version__}: optimize", [
    case("three classes", {**inputs, "classes": 3}, logistic(1.0), options={"c": 1}),
    case("three classes, little penalty", {**inputs, "classes": 3}, logistic(20.0), options={"c": 20}),
    case("two classes", {"features": x[two], "labels": y[two], "classes": 2}, binary(x[two].astype(np.float64), y[two], 1.0), options={"c": 1}),
])
