"""A student of slightly quadratic units: outputs, loss, gradient and tangent kernel by torch's autograd; kernel alignment in NumPy."""

import numpy as np
import torch
from oracle import case, emit

rng = np.random.default_rng(11)
units, inputs, rows, alpha, epsilon = 3, 2, 4, 1.3, 0.4
w = torch.tensor(rng.normal(size=(units, inputs)), requires_grad=True)
x = torch.tensor(rng.normal(size=(rows, inputs)))
y = torch.tensor(rng.normal(size=rows))


def student(w):
    h = x @ w.T / inputs**0.5
    return alpha * (h + epsilon / 2 * h**2).mean(1)


loss = ((student(w) - y) ** 2).mean() / alpha**2
(gradient,) = torch.autograd.grad(loss, w)
jacobian = torch.autograd.functional.jacobian(student, w).reshape(rows, -1)
kernel = jacobian @ jacobian.T


def alignment(k, y, center):
    k, y = k.numpy(), y.numpy()
    if center:
        k, y = k - k.mean(0), y - y.mean()
    return float(y @ k @ y / (np.linalg.norm(k) * (y @ y)))


def listed(a):
    return a.detach().numpy().tolist()


emit("diagnostics", "lazy", f"torch {torch.__version__}: autograd", [
    case("student", {"w": listed(w), "x": listed(x), "y": listed(y)},
         {"outputs": student(w), "loss": loss.item(), "gradient": gradient, "kernel": kernel,
          "alignment": alignment(kernel, y, False), "centered": alignment(kernel, y, True)},
         options={"inputs": inputs, "width": units, "alpha": alpha, "epsilon": epsilon}),
])
