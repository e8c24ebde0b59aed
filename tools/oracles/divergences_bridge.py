"""The light Schrödinger bridge from its definition: the potential by torch.distributions, the normaliser by quadrature of exp(xy/eps) v(y), the drift as the score of what quadrature propagates; gradients by torch float64."""

import math

import torch
from oracle import case, emit
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal

torch.manual_seed(6)
torch.set_default_dtype(torch.float64)
single = lambda *shape: torch.randn(*shape).float().double()
cases = []


def potential(weights, centers, logScales, epsilon):
    """The mixture and its total mass; the weights are kept times epsilon."""
    scales = torch.exp(logScales)
    mixture = MixtureSameFamily(Categorical(logits=weights / epsilon), Independent(Normal(centers, torch.sqrt(epsilon * scales)), 1))
    return mixture, torch.logsumexp(weights / epsilon, 0)


def log_normaliser(x, weights, centers, logScales, epsilon, points=6001, reach=14.0):
    """log of the integral of exp(x y/eps) v(y), in one dimension."""
    mixture, mass = potential(weights, centers, logScales, epsilon)
    grid = torch.linspace(-reach, reach, points)
    logs = mixture.log_prob(grid[:, None]) + mass + x * grid / epsilon
    return torch.logsumexp(logs, -1) + math.log(2 * reach / (points - 1))


def loss(weights, centers, logScales, x0, x1, epsilon=1.0):
    mixture, mass = potential(weights, centers, logScales, epsilon)
    return log_normaliser(x0, weights, centers, logScales, epsilon).mean() - (mixture.log_prob(x1) + mass).mean()


def log_prob(weights, centers, logScales, x0, x1, epsilon=1.0):
    mixture, mass = potential(weights, centers, logScales, epsilon)
    return (x0 * x1).sum(-1) / epsilon + mixture.log_prob(x1) + mass - log_normaliser(x0, weights, centers, logScales, epsilon)


def drift(weights, centers, logScales, x0, epsilon=1.0, t=0.0, points=6001, reach=14.0):
    """eps grad log of the integral of N(y; x, (1 - t) eps) e^(y^2/2eps) v(y): the potential's propagation back to t."""
    x = x0.clone().requires_grad_() if not x0.requires_grad else x0
    mixture, mass = potential(weights, centers, logScales, epsilon)
    grid = torch.linspace(-reach, reach, points)
    logs = mixture.log_prob(grid[:, None]) + mass + grid**2 / (2 * epsilon) - (grid - x) ** 2 / (2 * epsilon * (1 - t))
    return epsilon * torch.autograd.grad(torch.logsumexp(logs, -1).sum(), x, create_graph=True)[0]


FUNCTIONS = {"loss": loss, "logProb": log_prob, "drift": drift}


def add(call, inputs, options):
    inputs = {key: x.clone().requires_grad_() for key, x in inputs.items()}
    value = FUNCTIONS[call](**inputs, **options)
    grads = torch.autograd.grad(value.sum(), list(inputs.values()))
    cases.append(case(f"{call} {options}", {"call": call, **inputs}, value, dict(zip(inputs, grads)), options))


# Scales below 1, so that what quadrature propagates stays integrable.
line = {"weights": 0.5 * single(3), "centers": single(3, 1), "logScales": (-0.7 + 0.3 * single(3, 1)).float().double(), "x0": 0.7 * single(4, 1)}
line["x0"] = line["x0"].float().double()
line["weights"] = line["weights"].float().double()
ends = single(4, 1)
for epsilon in (1.0, 0.5):
    add("loss", {**line, "x1": ends}, {"epsilon": epsilon})
    add("logProb", {**line, "x1": ends}, {"epsilon": epsilon})
    for t in (0.0, 0.4):
        add("drift", line, {"epsilon": epsilon, "t": t})


def closed(weights, centers, logScales, x0, x1, epsilon=1.0):
    """In more dimensions: the normaliser as a sum over components of moment generating functions of their Gaussians."""
    mixture, mass = potential(weights, centers, logScales, epsilon)
    variance = epsilon * torch.exp(logScales)
    logs = weights / epsilon + ((x0[:, None] / epsilon) * centers + 0.5 * variance * (x0[:, None] / epsilon) ** 2).sum(-1)
    return torch.logsumexp(logs, -1).mean() - (mixture.log_prob(x1) + mass).mean()


wide = {"weights": single(3), "centers": single(3, 2), "logScales": 0.5 * single(3, 2), "x0": single(4, 2), "x1": single(5, 2)}
wide["logScales"] = wide["logScales"].float().double()
torch.testing.assert_close(closed(**line, x1=ends, epsilon=0.5), loss(**line, x1=ends, epsilon=0.5))
FUNCTIONS["loss"] = closed
add("loss", wide, {"epsilon": 0.8})

emit("divergences", "bridge", f"torch {torch.__version__.split('+')[0]} float64", cases)
