"""f-distill: the weights as second derivatives of the generators, the loss and its gradient as the published code has them, in torch."""

import torch
from losses_cases import graded, named
from oracle import case, emit

torch.manual_seed(3)
ratios = torch.tensor([0.1, 0.5, 1.0, 4.0, 20.0], dtype=torch.float64)
generators = {
    "reverseKl": lambda r: -torch.log(r),
    "kl": lambda r: r * torch.log(r),
    "jensenShannon": lambda r: r * torch.log(r) - (r + 1) * torch.log((r + 1) / 2),
    "neyman": lambda r: 1 / r,
    "squaredHellinger": lambda r: (1 - torch.sqrt(r)) ** 2,
    "jeffreys": lambda r: (r - 1) * torch.log(r),
}
cases = []
for name, f in generators.items():
    curvature = torch.func.vmap(torch.func.grad(torch.func.grad(f)))(ratios)
    h = ratios**2 * curvature
    cases.append(named("fDistillWeight", case(f"weights of {name}", {"logRatios": torch.log(ratios)}, h / h.mean(), options={"divergence": name})))

generated, teacher, student = (torch.randn(4, 2, 3) for _ in range(3))
h = torch.tensor([0.3, 1.4, 0.9, 1.1])


def matching(generated, teacher, student, importance):
    with torch.no_grad():
        w = importance.double()[:, None, None] / ((generated - teacher).abs().mean((1, 2), keepdim=True) + 1e-6)
        target = generated - w * (student - teacher)
    return 0.5 * torch.nn.functional.mse_loss(generated, target)


cases.append(named("distributionMatchingLoss", graded("distribution matching", matching, {"generated": generated, "teacher": teacher, "student": student, "importance": h}, {}, ("generated",))))
emit("distill", "matching", f"torch {torch.__version__.split('+')[0]}, as f-distill's code has it", cases)
