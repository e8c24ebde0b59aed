"""Variational bounds, plug-in estimates and the second derivatives of generators by torch in float64."""

import torch
from oracle import case, emit

torch.manual_seed(4)
torch.set_default_dtype(torch.float64)
single = lambda *shape: torch.randn(*shape).float().double()
cases = []
GENERATORS = {
    "kl": lambda r: r * torch.log(r) - r + 1,
    "reverseKl": lambda r: r - 1 - torch.log(r),
    "jensenShannon": lambda r: 0.5 * (r * torch.log(r) - (r + 1) * torch.log((r + 1) / 2)),
    "squaredHellinger": lambda r: (torch.sqrt(r) - 1) ** 2,
    "pearson": lambda r: (r - 1) ** 2,
    "leCam": lambda r: (r - 1) ** 2 / (2 * (r + 1)),
    "softenedReverseKl": lambda r: (1 + r) * torch.log((1 + r) / (2 * r)) + r - 1,
    "jeffreys": lambda r: (r - 1) * torch.log(r),
}


def add(name, f, inputs, options=None, constant=False, **strings):
    inputs = {key: x.clone().requires_grad_() for key, x in inputs.items()}
    value = f(*inputs.values())
    grads = torch.autograd.grad(value.sum(), list(inputs.values()))
    cases.append(case(name, {"call": name.split()[0], **strings, **inputs}, value, None if constant else dict(zip(inputs, grads)), options))


def slope(f, r):
    return torch.autograd.grad(f(r).sum(), r, create_graph=True)[0]


def bound(f):
    def value(p, q):
        a, b = torch.exp(p), torch.exp(q)
        # f*(f'(r)) = r f'(r) - f(r)
        return slope(f, a).mean() - (b * slope(f, b) - f(b)).mean()

    return value


def weight(f):
    def value(v):
        r = torch.exp(v)
        return r**2 * torch.autograd.grad(slope(f, r).sum(), r, create_graph=True)[0]

    return value


p, q, v = single(6), single(4), single(5)
for name, f in GENERATORS.items():
    add(f"bound {name}", bound(f), {"scoresP": p, "scoresQ": q}, divergence=name)
    add(f"weight {name}", weight(f), {"logRatios": v}, constant=True, divergence=name)
    add(f"reward {name}", lambda v: -slope(f, torch.exp(v)), {"logRatios": v}, divergence=name)
    add(f"plugin {name} q", lambda v: f(torch.exp(v)), {"logRatios": v}, {"sampledFrom": "q"}, divergence=name)
    add(f"plugin {name} p", lambda v: torch.exp(-v) * f(torch.exp(v)), {"logRatios": v}, {"sampledFrom": "p"}, divergence=name)
add("dv", lambda p, q: p.mean() - torch.log(torch.exp(q).mean()), {"scoresP": p, "scoresQ": q})
add("nwj", lambda p, q: p.mean() - torch.exp(q - 1).mean(), {"scoresP": p, "scoresQ": q})
bce = torch.nn.functional.binary_cross_entropy_with_logits
add("gan", lambda p, q: -bce(p, torch.ones(6)) - bce(q, torch.zeros(4)), {"scoresP": p, "scoresQ": q})
scores = single(5, 5)
for temperature in (1, 0.3):
    nce = lambda s: torch.log(torch.tensor(5.0)) - torch.nn.functional.cross_entropy(s / temperature, torch.arange(5))
    add(f"infoNce {temperature}", nce, {"scores": scores}, {"temperature": temperature})
smile = lambda limit: lambda p, q: p.mean() - torch.log(torch.exp(q.clamp(-limit, limit)).mean())
add("smile", smile(0.6), {"scoresP": p, "scoresQ": q}, {"limit": 0.6})
add("club", lambda s: s.diagonal().mean() - s.mean(), {"logProbs": scores})

emit("divergences", "variational", f"torch {torch.__version__.split('+')[0]} float64", cases)
