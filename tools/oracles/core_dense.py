"""Small positive definite matrices, triangular systems and Newton-Schulz by PyTorch, with gradients."""

import torch
from oracle import case, emit

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)
cases = []


def add(name, f, inputs, options=None):
    inputs = {key: x.detach().float().double().requires_grad_() for key, x in inputs.items()}
    value = f(**inputs)
    upstream = torch.randn_like(value).float().double()
    grads = torch.autograd.grad((value * upstream).sum(), list(inputs.values()))
    cases.append(case(name, {"call": name.split()[0], **inputs}, value, dict(zip(inputs, grads)), options, upstream))


def spd(*shape):
    x = torch.randn(*shape)
    return x @ x.mT + 0.5 * torch.eye(shape[-1])


def solve(a, b):
    vector = b.ndim == a.ndim - 1
    x = torch.cholesky_solve(b[..., None] if vector else b, torch.linalg.cholesky(a))
    return x[..., 0] if vector else x


add("cholesky", torch.linalg.cholesky, {"a": spd(4, 4)})
add("cholesky batch", torch.linalg.cholesky, {"a": spd(2, 3, 3)})
add("cholesky jitter", lambda a: torch.linalg.cholesky(a + 0.1 * torch.eye(3)), {"a": spd(3, 3)}, {"jitter": 0.1})
add("logDet batch", torch.logdet, {"a": spd(2, 3, 3)})
add("spdSolve", solve, {"a": spd(3, 3), "b": torch.randn(3, 2)})
add("spdSolve vectors", solve, {"a": spd(2, 3, 3), "b": torch.randn(2, 3)})
for lower in (True, False):
    for transposed in (True, False):

        def triangular(l, b, lower=lower, transposed=transposed):
            t = torch.tril(l) if lower else torch.triu(l)
            return torch.linalg.solve_triangular(t.mT if transposed else t, b, upper=lower == transposed)

        matrix = torch.randn(2, 3, 3) + 3 * torch.eye(3)
        add(f"triangularSolve lower {lower} transposed {transposed}", triangular, {"l": matrix, "b": torch.randn(2, 3, 2)}, {"lower": lower, "transposed": transposed})


def newton_schulz(x, steps=5, coefficients=(3.4445, -4.775, 2.0315)):
    a, b, c = coefficients
    tall = x.shape[-2] > x.shape[-1]
    y = x.mT if tall else x
    y = y / (y.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = y @ y.mT
        y = a * y + (b * gram + c * gram @ gram) @ y
    return y.mT if tall else y


def polar(x):
    u, _, vh = torch.linalg.svd(x, full_matrices=False)
    return u @ vh


add("newtonSchulz muon", newton_schulz, {"x": torch.randn(3, 5)})
add("newtonSchulz muon tall batch", newton_schulz, {"x": torch.randn(2, 4, 2)}, {})
add("newtonSchulz polar", polar, {"x": torch.randn(3, 3) + 2 * torch.eye(3)}, {"steps": 25, "coefficients": [1.875, -1.25, 0.375]})

emit("core", "dense", f"torch {torch.__version__.split('+')[0]}", cases)
