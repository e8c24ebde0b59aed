"""Clustering, matching and agreement by scikit-learn and SciPy."""

import numpy as np
import scipy
import sklearn
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import NearestNeighbors
from host_cases import case, write

random = np.random.default_rng(5)
cases = []
for name, (m, n) in {"square": (6, 6), "wide": (4, 7), "tall": (7, 4), "one": (1, 1)}.items():
    costs = random.normal(size=(m, n)).round(3)
    rows, cols = linear_sum_assignment(costs)
    cases.append(case(f"assign {name}", {"costs": costs}, costs[rows, cols].sum()))
ties = random.integers(0, 3, size=(8, 8)).astype(float)
cases.append(case("assign ties", {"costs": ties}, ties[linear_sum_assignment(ties)].sum()))

labelings = {
    "random": (random.integers(0, 4, 30), random.integers(0, 3, 30)),
    "split": ([0, 0, 1, 2], [0, 0, 1, 1]),
    "equal": ([3, 3, 1], [0, 0, 5]),
    "one cluster": ([0, 0, 0], [0, 1, 2]),
    "both one": ([0, 0, 0], [7, 7, 7]),
}
for name, (a, b) in labelings.items():
    a, b = np.array(a), np.array(b)
    cases.append(case(f"adjustedRandIndex {name}", {"a": a, "b": b}, float(adjusted_rand_score(a, b))))
    cases.append(case(f"normalizedMutualInformation {name}", {"a": a, "b": b}, float(normalized_mutual_info_score(a, b))))

blobs = np.concatenate([random.normal(size=(20, 2)) * s + c for s, c in ((0.5, [0, 0]), (1, [6, 0]), (0.7, [0, 6]))]).round(3)
cases.append(case("kMeans", {"points": blobs, "k": 3}, float(KMeans(3, n_init=20, random_state=0).fit(blobs).inertia_)))
for form, name in (("full", "full"), ("diag", "diagonal"), ("spherical", "spherical")):
    fitted = GaussianMixture(3, covariance_type=form, tol=1e-10, max_iter=1000, n_init=5, random_state=0).fit(blobs)
    order = np.argsort(fitted.means_[:, 0] + 10 * fitted.means_[:, 1])
    cases.append(
        case(
            f"gaussianMixture {name}",
            {"points": blobs, "k": 3, "covariance": name},
            {"logLikelihood": float(fitted.score(blobs)), "weights": fitted.weights_[order], "means": fitted.means_[order]},
        )
    )
distances, indices = NearestNeighbors(n_neighbors=4).fit(blobs[:12]).kneighbors()
cases.append(case("nearestNeighbors", {"points": blobs[:12], "k": 4}, {"indices": indices, "distances": distances}))

write("core/host_cluster", f"scikit-learn {sklearn.__version__}, scipy {scipy.__version__}", cases)
