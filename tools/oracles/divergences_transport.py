"""Wasserstein distances and entropic transport by POT and scipy, with gradients by torch through a thousand rounds in float64."""

import numpy as np
import ot
import scipy
import torch
from oracle import case, emit
from scipy.stats import wasserstein_distance

torch.manual_seed(9)
torch.set_default_dtype(torch.float64)
single = lambda x: x.float().double()
cases = []


def add(name, f, inputs, options=None):
    inputs = {key: x.clone().requires_grad_() for key, x in inputs.items()}
    value = f(**inputs, **(options or {}))
    grads = torch.autograd.grad(value, list(inputs.values()))
    cases.append(case(name, {"call": name.split()[0], **inputs}, value, dict(zip(inputs, grads)), options))
    return value.item()


def line(x, y, xWeights=None, yWeights=None, p=1):
    weights = [torch.ones(len(z)) if w is None else w for z, w in ((x, xWeights), (y, yWeights))]
    weights = [w / w.sum() for w in weights]
    return ot.wasserstein_1d(x[:, None], y[:, None], *(w[:, None] for w in weights), p=p)[0] ** (1 / p)


x, y = single(torch.randn(7)), single(torch.randn(7) + 1)
w, v = single(torch.rand(7) + 0.1), single(torch.rand(5) + 0.1)
for p in (1, 2, 3.5):
    add(f"line equal {p}", line, {"x": x, "y": y}, {"p": p})
    add(f"line unequal {p}", line, {"x": x, "y": y[:5]}, {"p": p})
    add(f"line weighted {p}", line, {"x": x, "y": y[:5], "xWeights": w, "yWeights": v}, {"p": p})
np.testing.assert_allclose(line(x, y[:5]).item(), wasserstein_distance(x, y[:5]))
np.testing.assert_allclose(line(x, y[:5], w, v).item(), wasserstein_distance(x, y[:5], w, v))


def problem(cost, a, b, epsilon, rho, rounds=1000):
    """The primal value of the plan after many rounds, all of it on the tape: nothing is shared with a dual value under the envelope theorem."""
    f, g = torch.zeros(len(a)), torch.zeros(len(b))
    damping = 1 / (1 + epsilon / rho)
    for _ in range(rounds):
        f = -damping * epsilon * torch.logsumexp(torch.log(b) + (g - cost) / epsilon, 1)
        g = -damping * epsilon * torch.logsumexp(torch.log(a)[:, None] + (f[:, None] - cost) / epsilon, 0)
    product = torch.outer(a, b)
    plan = product * torch.exp((f[:, None] + g - cost) / epsilon)
    kl = lambda p, q: (p * torch.log(p / q) - p + q).sum()
    value = (plan * cost).sum() + epsilon * kl(plan, product)
    if rho < np.inf:
        value = value + rho * kl(plan.sum(1), a) + rho * kl(plan.sum(0), b)
    return value, plan


def sinkhorn(cost, a, b, epsilon, marginalPenalty=np.inf):
    return problem(cost, a, b, epsilon, marginalPenalty)[0]


def divergence(x, y, a, b, epsilon, marginalPenalty=np.inf):
    cost = lambda u, v: ((u[:, None] - v[None]) ** 2).sum(-1)
    of = lambda u, v, c, d: problem(cost(u, v), c, d, epsilon, marginalPenalty)[0]
    return of(x, y, a, b) - of(x, x, a, a) / 2 - of(y, y, b, b) / 2 + epsilon / 2 * (a.sum() - b.sum()) ** 2


mass = lambda n, total=1.0: single((lambda m: total * m / m.sum())(torch.rand(n) + 0.3))
u, t = single(torch.randn(5, 2)), single(torch.randn(4, 2) + 0.5)
a, b = mass(5), mass(4)
cost = single(((u[:, None] - t[None]) ** 2).sum(-1))
for epsilon in (1.0, 0.3):
    add(f"sinkhorn {epsilon}", lambda cost, **o: sinkhorn(cost, a, b, **o), {"cost": cost}, {"epsilon": epsilon})
    cases[-1]["inputs"] |= {"a": a, "b": b}
    _, plan = problem(cost, a, b, epsilon, np.inf)
    np.testing.assert_allclose(plan, ot.sinkhorn(a.numpy(), b.numpy(), cost.numpy(), epsilon, stopThr=1e-14, numItermax=5000), atol=1e-7)
    add(f"divergence {epsilon}", lambda x, y, **o: divergence(x, y, a, b, **o), {"x": u, "y": t}, {"epsilon": epsilon})
    cases[-1]["inputs"] |= {"a": a, "b": b}
heavy = mass(4, 1.5)
for rho in (1.0, 10.0):
    options = {"epsilon": 0.5, "marginalPenalty": rho}
    add(f"sinkhorn unbalanced {rho}", sinkhorn, {"cost": cost, "a": a, "b": heavy}, options)
    add(f"divergence unbalanced {rho}", divergence, {"x": u, "y": t, "a": a, "b": heavy}, options)
    _, plan = problem(cost, a, heavy, 0.5, rho)
    by_pot = ot.unbalanced.sinkhorn_unbalanced(a.numpy(), heavy.numpy(), cost.numpy(), 0.5, rho, reg_type="kl", stopThr=1e-14, numItermax=5000)
    np.testing.assert_allclose(plan, by_pot, atol=1e-7)

source = f"POT {ot.__version__}, scipy {scipy.__version__}, gradients by torch {torch.__version__.split('+')[0]}"
on_the_line = [c for c in cases if c["name"].startswith("line")]
emit("divergences", "transport", source, on_the_line)
emit("divergences", "entropicTransport", source, [c for c in cases if not c["name"].startswith("line")])
