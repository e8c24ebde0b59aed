"""What works on batches, tokens and tables: AOT, WPO's and LD-DPO's weights as TRL's DPOTrainer writes them (trl 0.x at f2cd577), and the optima of f-DPO from scipy's root finder."""

import numpy as np
import scipy
import torch
import torch.nn.functional as F
from oracle import case, emit
from scipy.optimize import brentq

torch.manual_seed(5)
cases = []


def aot(chosen, rejected, ref_chosen, ref_rejected, beta, eps, paired):
    if paired:
        above, below = chosen - rejected, ref_chosen - ref_rejected
    else:
        above, below = chosen - ref_chosen, rejected - ref_rejected
    delta = torch.sort(above, dim=0)[0] - torch.sort(below, dim=0)[0]
    return -F.logsigmoid(beta * delta) * (1 - eps) - F.logsigmoid(-beta * delta) * eps


for paired in (True, False):
    for beta, eps in ((0.1, 0.0), (0.5, 0.1)):
        chosen, rejected = [(-6 + torch.randn(6)).requires_grad_() for _ in range(2)]
        ref = [-6 + torch.randn(6) for _ in range(2)]
        value = aot(chosen, rejected, *ref, beta, eps, paired).mean()
        value.backward()
        inputs = {"chosen": chosen, "rejected": rejected, "refChosen": ref[0], "refRejected": ref[1]}
        options = {"what": "aot", "beta": beta, "labelSmoothing": eps, "paired": paired}
        cases.append(case(f"aot {'paired' if paired else 'unpaired'}, beta {beta}", inputs, value, {"chosen": chosen.grad, "rejected": rejected.grad}, options))

logits, tokens = 2 * torch.randn(3, 4, 5), torch.randint(0, 5, (3, 4))
mask = torch.tensor([[0, 1, 1, 1], [1, 1, 0, 0], [0, 0, 0, 1]])
logps = torch.gather(logits.log_softmax(-1), 2, tokens.unsqueeze(-1)).squeeze(-1)
aligned = (logps - (torch.logsumexp(2.0 * logits, -1) - 2.0 * torch.logsumexp(logits, -1))) * mask
weights = torch.exp(aligned.sum(1) / mask.sum(1).clamp_min(1))
cases.append(case("likelihood weights", {"logits": logits, "tokens": tokens, "mask": mask}, weights, options={"what": "likelihood"}))

chosen_mask = torch.tensor([[0, 1, 1, 1, 1], [0, 0, 1, 1, 0], [1, 1, 1, 1, 1]])
rejected_mask = torch.tensor([[0, 1, 1, 0, 0], [0, 1, 1, 1, 1], [0, 0, 0, 0, 0]])
position = chosen_mask.cumsum(1)
shared = torch.minimum(chosen_mask.sum(1), rejected_mask.sum(1)).unsqueeze(1)
weights = chosen_mask * ((position <= shared).float() + 0.3 * (position > shared).float())
cases.append(case("length weights", {"mask": chosen_mask, "otherMask": rejected_mask}, weights, options={"what": "length", "alpha": 0.3}))

# (f')^-1 of each divergence, with f'(1) = 0, and where f' begins and ends.
INVERSES = {
    "kl": (np.exp, np.inf),
    "reverseKl": (lambda t: 1 / (1 - t), 1.0),
    "jensenShannon": (lambda t: np.exp(2 * t) / (2 - np.exp(2 * t)), np.log(2) / 2),
    "alpha 0.5": (lambda t: (1 - t / 2) ** -2, 2.0),
    "pearson": (lambda t: np.maximum(t / 2 + 1, 0), np.inf),
}
rng = np.random.default_rng(4)
for name, (inverse, end) in INVERSES.items():
    for beta in (0.3, 1.0):
        rewards, reference = rng.normal(size=6), rng.dirichlet(np.ones(6))
        # Where f' has an end, the multiplier stays above the point at which some ratio is infinite.
        low = max(rewards.min(), rewards.max() - beta * end) + 1e-12
        excess = lambda multiplier: (reference * inverse((rewards - multiplier) / beta)).sum() - 1
        multiplier = brentq(excess, low, rewards.max(), xtol=1e-14)
        probs = reference * inverse((rewards - multiplier) / beta)
        inputs = {"rewards": rewards, "refLogProbs": np.log(reference)}
        cases.append(case(f"optimum of {name}, beta {beta}", inputs, probs, options={"what": "optimum", "divergence": name, "beta": beta}))

emit("align", "batches", f"TRL's formulas in torch {torch.__version__.split('+')[0]}, scipy {scipy.__version__}", cases)
