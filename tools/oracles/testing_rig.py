"""Cases of the oracle loader itself: a loss with gradients, an upstream, results that are records, numbers that JSON has not."""

import torch
from oracle import case, emit

torch.manual_seed(0)
x = torch.randn(2, 3, requires_grad=True)
y = torch.randn(2, 3)
upstream = torch.tensor([[1.0, 0.0, -1.0], [2.0, 0.5, 0.0]])
value = x * y * x
(value * upstream).sum().backward()

special = torch.tensor([1.0, float("nan"), float("inf"), -float("inf"), 1e-30])

emit(
    "testing",
    "rig",
    f"torch {torch.__version__.split('+')[0]}",
    [
        case("a product", {"x": x, "y": y}, value, {"x": x.grad}, {"kind": "product"}, upstream),
        case("a record", {"x": special, "y": torch.tensor([1, 2])}, {"same": special, "parts": [torch.tensor([2, 4]), 3.5]}, options={"kind": "record"}),
    ],
)
