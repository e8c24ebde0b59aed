"""The words that NumPy's SeedSequence makes of a seed and a spawn key."""

import numpy as np
from host_cases import case, write

entropies = [[0], [1], [12345], [0xFFFFFFFF], [5, 9], [1, 2, 3, 4], [0xDEADBEEF, 0, 7, 0x80000000]]
keys = [[], [0], [3], [1, 2]]
write(
    "core/host_seed_words",
    f"numpy {np.__version__}: numpy.random.SeedSequence(entropy, spawn_key).generate_state(8)",
    [
        case(f"{entropy} {key}", {"entropy": entropy, "spawnKey": key}, np.random.SeedSequence(entropy, spawn_key=key).generate_state(8))
        for entropy in entropies
        for key in keys
    ],
)
