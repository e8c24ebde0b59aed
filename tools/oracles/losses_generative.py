"""Score matching, noise models, mixtures and unnormalised models: torch's distributions and automatic differentiation, in float64."""

import torch
import torch.nn.functional as F
from losses_cases import graded, named, plain
from oracle import emit
from torch import distributions as D
from torch.func import jacrev, vmap

torch.manual_seed(31)
clean = torch.rand(4, 3) + 0.3
noisy = clean * (0.6 + torch.rand(4, 3))
scores = torch.randn(4, 3)
times = torch.tensor([0.05, 0.3, 0.7, 1.0])
sigmas = torch.tensor([0.1, 0.4, 1.0, 2.5])
weights = torch.tensor([1.0, 0.0, 2.0, 0.5])
x = torch.randn(4, 3)
w = 0.7 * torch.randn(3, 3)


def about(function, name, f, inputs, options=None, by=("scores",)):
    return named(function, graded(name, f, inputs, options or {}, by))


def score_of(log_prob):
    """The gradient of a log-density by its first argument, kept differentiable."""

    def f(y, *rest):
        y = y if y.requires_grad else y.detach().requires_grad_()
        return torch.autograd.grad(log_prob(y, *rest).sum(), y, create_graph=True)[0]

    return f


def poisson(scale):
    return lambda y, x: (y / scale) * torch.log(x / scale) - x / scale - torch.lgamma(y / scale + 1)


def brownian(sigma, mu):
    def f(y, x, t):
        t = t[:, None]
        return D.LogNormal(torch.log(x) + (mu - sigma**2 / 2) * t, sigma * torch.sqrt(t)).log_prob(y)

    return f


noise = {"noisy": noisy, "clean": clean}
conditional = [
    ("gaussian", lambda noisy, clean, t: score_of(lambda y, x: D.Normal(0.8 * x, sigmas.double()[:, None]).log_prob(y))(noisy, clean)),
    ("ornsteinUhlenbeck", lambda noisy, clean, t: score_of(lambda y, x: D.Normal(torch.exp(-0.6 * t[:, None]) * x, torch.sqrt(1 - torch.exp(-1.2 * t[:, None]))).log_prob(y))(noisy, clean)),
    ("poisson", lambda noisy, clean, t: score_of(poisson(0.15))(noisy, clean)),
    ("gamma", lambda noisy, clean, t: score_of(lambda y, x: D.Gamma(torch.tensor(6.0).double(), 6 / x).log_prob(y))(noisy, clean)),
    ("geometricBrownian", lambda noisy, clean, t: score_of(brownian(0.9, 0.2))(noisy, clean, t)),
]
cases = []
for name, f in conditional:
    made = plain(f"conditional score, {name}", f, {**noise, "t": times})
    cases.append({**made, "inputs": {**made["inputs"], "noise": name, "sigma": sigmas, "loss": "conditionalScore"}})


def dsm(weighting):
    def f(scores, noisy, clean, sigma):
        target = (clean - noisy) / sigma[:, None] ** 2
        error = scores - target if weighting == "none" else sigma[:, None] * scores - sigma[:, None] * target
        losses = 0.5 * (error**2).sum(-1)
        return (weights.double() * losses).sum() / weights.sum()

    return f


def multiplicative(sigma, mu, weighting, parametrization):
    def f(scores, noisy, clean, t):
        t = t[:, None]
        xs = scores * noisy if parametrization == "score" else scores
        error = sigma**2 * t * xs + torch.log(noisy / clean) - mu * t + 1.5 * sigma**2 * t
        return ((error**2 if weighting == "none" else error**2 / (sigma**2 * t)).sum(-1)).mean()

    return f


for weighting in ("unit", "none"):
    cases.append(about("denoisingScoreMatchingLoss", f"denoising, {weighting}", dsm(weighting), {"scores": scores, **noise, "sigma": sigmas}, {"weighting": weighting, "weights": weights.tolist()}))
for weighting, parametrization in (("none", "score"), ("normalized", "hyvarinen")):
    cases.append(
        about(
            "multiplicativeScoreMatchingLoss",
            f"multiplicative, {weighting}, {parametrization}",
            multiplicative(1.1, 0.3, weighting, parametrization),
            {"scores": scores, **noise, "t": times},
            {"sigma": 1.1, "mu": 0.3, "weighting": weighting, "parametrization": parametrization},
        )
    )


def net(w):
    return lambda at: torch.tanh(at @ w)


def implicit(domain):
    def f(w, x):
        s = net(w)(x)
        diagonal = torch.diagonal(vmap(jacrev(net(w)))(x), dim1=-2, dim2=-1)
        if domain == "real":
            return (0.5 * s**2 + diagonal).sum(-1).mean()
        return (0.5 * (x * s) ** 2 + 2 * x * s + x**2 * diagonal).sum(-1).mean()

    return f


def contractive(w, x):
    jacobians = vmap(jacrev(net(w)))(x)
    return (((net(w)(x) - x) ** 2).sum(-1) + 0.49 * (jacobians**2).sum((-2, -1))).mean()


cases += [
    about("implicitScoreMatchingLoss", "implicit", implicit("real"), {"w": w, "x": x}, by=("w", "x")),
    about("implicitScoreMatchingLoss", "implicit, positive", implicit("positive"), {"w": w, "x": clean}, {"domain": "positive"}, by=("w", "x")),
    about("contractiveReconstructionLoss", "contractive", contractive, {"w": w, "x": x}, {"sigma": 0.7}, by=("w", "x")),
]

log_model, log_noise = torch.randn(5), torch.randn(5)
log_model_z, log_noise_z = torch.randn(7), torch.randn(7)


def nce(ratio):
    def f(logModelData, logNoiseData, logModelNoise, logNoiseNoise, c):
        shift = c + torch.log(torch.tensor(ratio))
        logits = torch.cat([logModelData - logNoiseData, logModelNoise - logNoiseNoise]) - shift
        labels = torch.cat([torch.ones(5), torch.zeros(7)]).double()
        each = F.binary_cross_entropy_with_logits(logits, labels, reduction="none")
        return each[:5].mean() + ratio * each[5:].mean()

    return f


cases += [
    about("nceLoss", "nce", nce(1.4), {"logModelData": log_model, "logNoiseData": log_noise, "logModelNoise": log_model_z, "logNoiseNoise": log_noise_z, "c": torch.tensor(0.3)}, {"ratio": 1.4}, by=("logModelData", "logModelNoise", "c")),
    about("unnormalizedNll", "unnormalised likelihood", lambda logModelData, logModelNoise, logNoise: -logModelData.mean() + torch.log(torch.exp(logModelNoise - logNoise).mean()), {"logModelData": log_model, "logModelNoise": log_model_z, "logNoise": log_noise_z}, by=("logModelData", "logModelNoise")),
]

means = 2 * torch.randn(4, 3)
variances = torch.rand(4, 3) + 0.2
log_weights = torch.randn(4)


def log_density(x, means, variances, logWeights):
    components = D.Independent(D.Normal(means, torch.sqrt(variances + 0.09)), 1)
    return D.MixtureSameFamily(D.Categorical(logits=logWeights), components).log_prob(x)


mixture = {"x": x, "means": means, "variances": variances, "logWeights": log_weights}
every = tuple(mixture)
cases += [
    about("mixtureLogDensity", "log-density of a mixture", log_density, mixture, by=every),
    about("mixtureScore", "score of a mixture", lambda x, means, variances, logWeights: score_of(log_density)(x, means, variances, logWeights), mixture, by=every),
]

factor = torch.randn(3, 3)
covariance = factor @ factor.T / 3
eigenvalues, eigenvectors = torch.linalg.eigh(covariance.double())


def gaussian(kept, sigma):
    """The score of the Gaussian that has only the largest variances."""
    values = eigenvalues.clone()
    values[: 3 - kept] = 0
    widened = eigenvectors @ torch.diag(values + sigma**2) @ eigenvectors.T
    return lambda x: score_of(lambda y: D.MultivariateNormal(means[0].double(), widened).log_prob(y))(x)


for kept in (3, 1):
    made = plain(f"Gaussian score of rank {kept}", gaussian(kept, 0.6), {"x": x})
    model = {"mean": means[0].tolist(), "variances": eigenvalues.flip(0)[:kept].tolist(), "directions": eigenvectors.flip(1)[:, :kept].T.tolist()}
    cases.append({**made, "inputs": {**made["inputs"], **model, "loss": "gaussianScore"}})

emit("losses", "generative", f"torch {torch.__version__.split('+')[0]}: distributions and automatic differentiation", cases)
