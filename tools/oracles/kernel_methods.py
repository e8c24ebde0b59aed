"""Kernel functions, Gaussian processes and kernel ridge regression by scikit-learn; kernel density estimates by scikit-learn and scipy, with gradients by torch float64."""

import numpy as np
import scipy
import sklearn
import torch
from scipy.stats import gaussian_kde
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, ExpSineSquared, Matern, RationalQuadratic, WhiteKernel
from sklearn.kernel_ridge import KernelRidge
from sklearn.neighbors import KernelDensity

import host_cases
import oracle

random = np.random.default_rng(8)
x = random.normal(size=(7, 2)).round(3)
x[4] = x[1]
z = random.normal(size=(4, 2)).round(3)
line = np.linspace(0, 5, 9)[:, None]
sine = (np.sin(line[:, 0]) + 0.1 * random.normal(size=9)).round(3)
y = random.normal(size=7).round(3)

# name, what makes it here, scikit-learn's, how its parameters (sorted by name there) are ordered here
KERNELS = [
    ("rbf", {"lengthScale": 1.3}, RBF(1.3), [0]),
    ("rbf", {"lengthScale": [0.7, 2.0]}, RBF([0.7, 2.0]), [0, 1]),
    ("matern", {"lengthScale": 0.8, "smoothness": 0.5}, Matern(0.8, nu=0.5), [0]),
    ("matern", {"lengthScale": [0.8, 1.9], "smoothness": 1.5}, Matern([0.8, 1.9], nu=1.5), [0, 1]),
    ("matern", {"lengthScale": 1.7, "smoothness": 2.5}, Matern(1.7, nu=2.5), [0]),
    ("rationalQuadratic", {"lengthScale": 1.2, "alpha": 0.6}, RationalQuadratic(1.2, 0.6), [1, 0]),
    ("linear", {"offset": 0.49}, DotProduct(0.7), None),
    ("scaled", {"variance": 2.5, "lengthScale": 0.9}, ConstantKernel(2.5) * RBF(0.9), [0, 1]),
    ("sum", {"lengthScale": 0.9, "alpha": 1.4}, RBF(0.9) + RationalQuadratic(1.1, 1.4), [0, 2, 1]),
    ("product", {"lengthScale": 0.9, "alpha": 1.4}, RBF(0.9) * RationalQuadratic(1.1, 1.4), [0, 2, 1]),
]
noise = 0.15
cases = []
for name, options, kernel, order in KERNELS:
    title = f"{name} {options}"
    k, gradient = kernel(x, eval_gradient=True)
    # WhiteKernel takes the noise as a hyper-parameter.
    model = GaussianProcessRegressor(kernel + WhiteKernel(noise), alpha=0, optimizer=None).fit(x, y)
    value, by_theta = model.log_marginal_likelihood(model.kernel_.theta, eval_gradient=True)
    mean, covariance = GaussianProcessRegressor(kernel, alpha=noise, optimizer=None).fit(x, y).predict(z, return_cov=True)
    # DotProduct's parameter is the root of the offset here: by its logarithm half as steep.
    by_theta = np.array([by_theta[0] / 2, by_theta[1]]) if order is None else np.array([by_theta[i] for i in order] + [by_theta[-1]])
    cases.append(
        host_cases.case(
            title,
            {"name": name, "options": options, "x": x, "z": z, "y": y, "noise": noise},
            {"between": kernel(x, z), "diagonal": kernel.diag(x), "likelihood": value, "gradient": by_theta, "mean": mean, "covariance": covariance},
        )
    )
# scikit-learn's periodic kernel takes the distance, ours each dimension's difference: on a line they agree.
periodic = ExpSineSquared(1.1, 2.7)
model = GaussianProcessRegressor(periodic + WhiteKernel(noise), alpha=0, optimizer=None).fit(line, sine)
value, by_theta = model.log_marginal_likelihood(model.kernel_.theta, eval_gradient=True)
mean, covariance = GaussianProcessRegressor(periodic, alpha=noise, optimizer=None).fit(line, sine).predict(line[:3] + 0.2, return_cov=True)
cases.append(
    host_cases.case(
        "periodic",
        {"name": "periodic", "options": {"lengthScale": 1.1, "period": 2.7}, "x": line, "z": line[:3] + 0.2, "y": sine, "noise": noise},
        {"between": periodic(line, line[:3] + 0.2), "diagonal": periodic.diag(line), "likelihood": value, "gradient": by_theta, "mean": mean, "covariance": covariance},
    )
)
host_cases.write("kernel-methods/processes", f"scikit-learn {sklearn.__version__}", cases)

fits = []
for name, start, kernel in (
    ("rbf", {"variance": 1.0, "lengthScale": 1.0}, ConstantKernel(1.0) * RBF(1.0)),
    ("matern", {"variance": 1.0, "lengthScale": 1.0}, ConstantKernel(1.0) * Matern(1.0, nu=2.5)),
):
    model = GaussianProcessRegressor(kernel + WhiteKernel(0.01), alpha=0, n_restarts_optimizer=5, random_state=0).fit(line, sine)
    theta = model.kernel_.theta
    fits.append(
        host_cases.case(name, {"x": line, "y": sine, **start}, {"logParameters": theta, "likelihood": model.log_marginal_likelihood(theta)})
    )
host_cases.write("kernel-methods/fits", f"scikit-learn {sklearn.__version__}", fits)

ridges = []
weights = np.array([1, 0.5, 2, 0, 1, 3, 0.2])
targets = np.stack([y, y**2 - 1], 1).round(6)
for title, target, weight in (("one target", y, None), ("two targets", targets, None), ("weights", y, weights)):
    model = KernelRidge(alpha=0.7, kernel="rbf", gamma=0.5).fit(x, target, sample_weight=weight)
    left = []
    for i in range(len(x)):
        rest = np.arange(len(x)) != i
        other = KernelRidge(alpha=0.7, kernel="rbf", gamma=0.5).fit(x[rest], target[rest], sample_weight=None if weight is None else weight[rest])
        left.append(other.predict(x[i : i + 1])[0])
    ridges.append(host_cases.case(title, {"x": x, "y": target, "weights": weight, "z": z}, {"prediction": model.predict(z), "leaveOneOut": np.array(left)}))
host_cases.write("kernel-methods/ridges", f"scikit-learn {sklearn.__version__}", ridges)

torch.set_default_dtype(torch.float64)
single = lambda array: torch.tensor(np.float32(array)).double()
densities = []


def log_density(x, data, bandwidth, weights, kernel):
    """From the definition, for gradients."""
    d = data.shape[1]
    width = bandwidth * torch.ones(d)
    s = (((x[:, None] - data[None]) / width) ** 2).sum(-1)
    ball = np.pi ** (d / 2) / scipy.special.gamma(d / 2 + 1)
    bump, volume = {
        "gaussian": (torch.exp(-s / 2), (2 * np.pi) ** (d / 2)),
        "exponential": (torch.exp(-torch.sqrt(s)), ball * scipy.special.gamma(d + 1)),
        "epanechnikov": (torch.clamp(1 - s, min=0), ball * 2 / (d + 2)),
        "triangular": (torch.clamp(1 - torch.sqrt(s), min=0), ball / (d + 1)),
        "box": ((s < 1).double(), ball),
    }[kernel]
    return torch.log((bump * weights).sum(1) / weights.sum() / volume) - torch.log(width).sum()


for kernel, theirs in (("gaussian",) * 2, ("exponential",) * 2, ("epanechnikov",) * 2, ("triangular", "linear"), ("box", "tophat")):
    for d in (1, 2, 3):
        data = single(random.normal(size=(6, d)))
        at = data[:3] + single(0.1 * random.normal(size=(3, d)))
        width = 0.9
        model = KernelDensity(bandwidth=width, kernel=theirs).fit(data.numpy())
        inputs = {"x": at.clone().requires_grad_(), "data": data.clone().requires_grad_()}
        if kernel != "box":
            inputs["bandwidth"] = torch.tensor(width).requires_grad_()
        else:
            inputs["bandwidth"] = torch.tensor(width)
        value = log_density(**inputs, weights=torch.ones(6), kernel=kernel)
        np.testing.assert_allclose(value.detach().numpy(), model.score_samples(at.numpy()), rtol=1e-9)
        gradients = None
        if kernel != "box":
            gradients = dict(zip(inputs, torch.autograd.grad(value.sum(), list(inputs.values()))))
        densities.append(oracle.case(f"{kernel} {d}", {"kernel": kernel, **inputs}, value, gradients))

data, at = single(random.normal(size=(6, 2))), single(random.normal(size=(3, 2)))
count = single([1, 0.5, 2, 0.25, 1, 3])
inputs = {"x": at.clone().requires_grad_(), "data": data.clone().requires_grad_(), "bandwidth": single([0.6, 1.4]).requires_grad_(), "weights": count.clone().requires_grad_()}
value = log_density(**inputs, kernel="gaussian")
np.testing.assert_allclose(
    value.detach().numpy(),
    KernelDensity(bandwidth=1).fit(data.numpy() / [0.6, 1.4], sample_weight=count.numpy()).score_samples(at.numpy() / np.array([0.6, 1.4])) - np.log(np.float64(np.float32(0.6)) * np.float64(np.float32(1.4))),
    rtol=1e-6,
)
densities.append(oracle.case("weights and widths", {"kernel": "gaussian", **inputs}, value, dict(zip(inputs, torch.autograd.grad(value.sum(), list(inputs.values()))))))

line = single(random.normal(size=(8, 1)))
for rule in ("scott", "silverman"):
    kde = gaussian_kde(line.numpy()[:, 0], bw_method=rule)
    densities.append(oracle.case(f"{rule} on a line", {"rule": rule, "x": line[:3] + 0.3, "data": line}, torch.tensor(kde.logpdf(line.numpy()[:3, 0] + 0.3))))
left = np.array([KernelDensity(bandwidth=0.7).fit(np.delete(data.numpy(), i, 0)).score_samples(data.numpy()[i : i + 1])[0] for i in range(6)])
densities.append(oracle.case("leave one out", {"rule": "leaveOneOut", "data": data}, torch.tensor(left)))

oracle.emit("kernel-methods", "density", f"scikit-learn {sklearn.__version__}, scipy {scipy.__version__}, gradients by torch {torch.__version__.split('+')[0]}", densities)
