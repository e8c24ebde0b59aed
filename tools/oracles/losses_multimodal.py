"""Multimodal recommendation: scipy's cosine transform, whose gradient is its inverse, and torch's softmax."""

import scipy
import scipy.fft
import torch
from losses_cases import graded, named
from oracle import case, emit

torch.manual_seed(7)
x = torch.randn(2, 3, 5)
up = torch.randn(2, 3, 5)
gates = torch.randn(3, 4)
kept = torch.randn(3, 4)


def attention(gates, kept):
    return torch.softmax(0.6 * gates + 0.4 * kept, -1)


emit(
    "losses",
    "multimodal",
    f"scipy {scipy.__version__}: fft.dct; torch {torch.__version__.split('+')[0]}",
    [
        named(
            "orthonormalDct",
            case(
                "rows of five",
                {"x": x},
                scipy.fft.dct(x.double().numpy(), norm="ortho"),
                {"x": scipy.fft.idct(up.double().numpy(), norm="ortho")},
                upstream=up,
            ),
        ),
        named(
            "progressiveAttention",
            graded("three users", attention, {"gates": gates, "kept": kept}, {"weight": 0.6}, ("gates", "kept"), torch.randn(3, 4)),
        ),
    ],
)
