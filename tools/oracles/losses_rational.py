"""Rational activations by groups: numpy's polynomials for the value's check, torch for gradients, float64."""

import numpy as np
import torch
from losses_cases import graded
from oracle import emit

torch.manual_seed(29)


def rational(version):
    def f(x, numerator, denominator):
        out = []
        for g, part in enumerate(x.chunk(len(denominator), -1)):
            a, b = numerator[g % len(numerator)], denominator[g]
            p = sum(a[i] * part**i for i in range(6))
            if version == "A":
                q = 1 + sum(torch.abs(b[j] * part ** (j + 1)) for j in range(4))
            else:
                q = 1 + torch.abs(sum(b[j] * part ** (j + 1) for j in range(4)))
            np.testing.assert_allclose(p.detach(), np.polynomial.Polynomial(a.detach())(part.detach()))
            out.append(p / q)
        return torch.cat(out, -1)

    return f


cases = []
for version, rows in (("A", 1), ("B", 2)):
    inputs = {"x": torch.randn(3, 4), "numerator": torch.randn(rows, 6), "denominator": torch.randn(2, 4)}
    cases.append(graded(f"version {version}", rational(version), inputs, {"version": version}, tuple(inputs), torch.randn(3, 4)))
emit("losses", "rational", f"torch {torch.__version__.split('+')[0]}", cases)
