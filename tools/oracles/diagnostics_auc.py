"""The area under the ROC curve: scikit-learn."""

import numpy as np
import sklearn
from oracle import case, emit
from sklearn.metrics import roc_auc_score

rng = np.random.default_rng(3)
labels = (rng.random(30) < 0.4).astype(int)
smooth = rng.normal(size=30).astype(np.float32)
tied = np.round(2 * (smooth + labels)) / 2
emit("diagnostics", "roc_auc", f"scikit-learn {sklearn.__version__}: roc_auc_score", [
    case(name, {"scores": [float(s) for s in scores], "labels": [int(y) for y in labels]}, float(roc_auc_score(labels, scores)))
    for name, scores in {"distinct scores": smooth, "ties": tied, "all alike": np.ones(30)}.items()
])
