"""Volume rendering: torch's Laplace distribution and cumulative products, with gradients in float64."""

import torch
from losses_cases import graded, named
from oracle import emit
from torch import distributions as D

torch.manual_seed(5)
sdf = 0.2 * torch.randn(2, 3)
density = 3 * torch.rand(2, 4)
depths = torch.cumsum(0.1 + torch.rand(2, 4), -1)
occupancy = torch.rand(2, 4)
weights = torch.rand(2, 4)
values = torch.randn(2, 4, 2)


def laplace(sdf, beta):
    b = beta.abs() + 1e-4
    return D.Laplace(torch.zeros(()).double(), b).cdf(-sdf) / b


def shares(opacity):
    before = torch.cat([torch.ones_like(opacity[..., :1]), torch.cumprod(1 - opacity, -1)[..., :-1]], -1)
    return opacity * before


def by_density(density, depths):
    spacing = torch.cat([torch.diff(depths), torch.full_like(depths[..., :1], 1e10)], -1)
    return shares(1 - torch.exp(-density * spacing))


up = torch.randn(2, 4)
emit(
    "losses",
    "rendering",
    f"torch {torch.__version__.split('+')[0]}",
    [
        named("laplaceDensity", graded("laplace density", laplace, {"sdf": sdf, "beta": torch.tensor(0.15)}, by=("sdf", "beta"), upstream=torch.randn(2, 3))),
        named("densityRenderWeights", graded("weights by density", by_density, {"density": density, "depths": depths}, by=("density", "depths"), upstream=up)),
        named("occupancyRenderWeights", graded("weights by occupancy", lambda occupancy: shares(occupancy), {"occupancy": occupancy}, by=("occupancy",), upstream=up)),
        named("renderRays", graded("features", lambda weights, values: torch.einsum("rs,rsf->rf", weights, values), {"weights": weights, "values": values}, by=("weights", "values"), upstream=torch.randn(2, 2))),
    ],
)
