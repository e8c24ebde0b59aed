"""POT on one thread as a contender of the transport workloads; the argument is the method of its `sinkhorn`."""

import os
import sys

for pool in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[pool] = "1"

import numpy as np
import ot
from serve import serve

METHOD = sys.argv[1]


def sinkhorn(size, epsilon):
    """To stopThr 1e-6, between two normal samples in the plane, a step apart."""
    random = np.random.default_rng(0)
    masses = np.full(size, 1 / size)
    cost = ot.dist(random.normal(size=(size, 2)), random.normal(1, 1, (size, 2)))
    return lambda: ot.sinkhorn(masses, masses, cost, epsilon, method=METHOD, stopThr=1e-6, numItermax=1000)


WORKLOADS = {f"sinkhorn-1000x1000-eps{epsilon}": lambda epsilon=epsilon: sinkhorn(1000, epsilon) for epsilon in (1, 0.1)}

serve(WORKLOADS)
