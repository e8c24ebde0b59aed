"""Aggregation along principal directions by NumPy's singular values: tests/oracles/optim/federated.json."""

import numpy as np
from oracle import case, emit

random = np.random.default_rng(3)


def aggregate(updates, proportion):
    """From the singular vectors of the clients' updates, rather than from their inner products."""
    d = np.stack([u.ravel() for u in updates])
    clients = len(d)
    _, singular, directions = np.linalg.svd(d, full_matrices=False)
    energy = singular**2 / clients
    out = np.zeros(d.shape[1])
    for row in d:
        for j in range(int(np.floor(proportion * clients))):
            out += np.sign(row @ directions[j]) * energy[j] / energy.sum() * np.linalg.norm(row) * directions[j] / clients
    return out.reshape(updates[0].shape)


cases = []
for clients, shape, proportion in [(4, (2, 3), 0.8), (3, (2, 2), 0.4)]:
    shared = random.normal(size=shape)
    updates = [(shared + 0.5 * random.normal(size=shape)).round(3) for _ in range(clients)]
    value = {"w": aggregate(updates, proportion)}
    cases.append(case(f"{clients} clients", {"updates": np.stack(updates)}, value, options={"proportion": proportion}))
emit("optim", "federated", f"numpy {np.__version__}: linalg.svd", cases)
