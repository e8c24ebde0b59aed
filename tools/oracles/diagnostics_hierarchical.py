"""A network of three layers with a linear top: both of its layers by scikit-learn's ridge regression."""

import numpy as np
import sklearn
from oracle import case, emit
from sklearn.linear_model import Ridge

rng = np.random.default_rng(24)


def features(x, degree):
    if degree == 1:
        return x
    i, j = np.triu_indices(x.shape[1])
    return np.where(i == j, (x[:, i] * x[:, j] - 1) / 2**0.5, x[:, i] * x[:, j])


def ridge(phi, y, decay):
    return Ridge(alpha=decay * len(y), solver="svd").fit(phi, y)


def network(name, degree, decays, outer):
    x, probes = rng.normal(size=(14, 2)), rng.normal(size=(3, 2))
    y = x[:, 0] * x[:, 1] + x[:, 0] + 0.3 * rng.normal(size=14)
    inner, held = features(x[:7], degree), features(x[7:], degree)
    fits = [ridge(inner, y[:7], decay) for decay in decays]
    scores = [np.corrcoef(fit.predict(held), y[7:])[0, 1] for fit in fits]
    best = int(np.argmax(scores))
    z = held @ fits[best].coef_
    standard = lambda phi: ((phi @ fits[best].coef_ - z.mean()) / z.std())[:, None]
    feature = standard(features(probes, degree))
    return case(name, {"x": x.tolist(), "y": y.tolist(), "probes": probes.tolist()},
                {"feature": feature[:, 0], "out": ridge(standard(held), y[7:], outer).predict(feature),
                 "decay": decays[best], "agreement": float(scores[best])},
                options={"degree": degree, "decays": decays, "outerDecay": outer})


emit("diagnostics", "hierarchical", f"scikit-learn {sklearn.__version__}: Ridge", [
    network("degree 1", 1, [0.5], 0.1),
    network("degree 2", 2, [0.01, 0.3, 3.0], 0.02),
])
