"""Losses over pairs of responses, as TRL's DPOTrainer writes them (trl 0.x at f2cd577, `_compute_loss`), with gradients by the policy's log-probabilities."""

import torch
import torch.nn.functional as F
from oracle import case, emit

torch.manual_seed(12)


def pairs(rows, scale=1.0):
    ref_chosen, ref_rejected = -5 - 3 * torch.rand(rows), -5 - 3 * torch.rand(rows)
    return {
        "chosen": ref_chosen + scale * torch.randn(rows),
        "rejected": ref_rejected + scale * torch.randn(rows),
        "refChosen": ref_chosen,
        "refRejected": ref_rejected,
    }


def scores(p, divergence="reverse_kl", coef=0.5):
    """TRL's chosen_scores and rejected_scores."""
    chosen, rejected = p["chosen"] - p["refChosen"], p["rejected"] - p["refRejected"]
    if divergence == "reverse_kl":
        return chosen, rejected
    if divergence == "forward_kl":
        return -torch.exp(-chosen), -torch.exp(-rejected)
    if divergence == "js_divergence":
        return F.logsigmoid(chosen), F.logsigmoid(rejected)
    return tuple(torch.exp(torch.clamp((coef - 1) * x, max=80.0)) / (coef - 1) for x in (chosen, rejected))


def trl(loss_type, p, beta, eps=0.0, divergence="reverse_kl", coef=0.5, tau=0.05):
    chosen, rejected = scores(p, divergence, coef)
    delta = chosen - rejected
    x = beta * delta
    if loss_type == "sigmoid":
        return -F.logsigmoid(x) * (1 - eps) - F.logsigmoid(-x) * eps
    if loss_type == "hinge":
        return torch.relu(1 - x)
    if loss_type == "ipo":
        return (delta - 1 / (2 * beta)) ** 2
    if loss_type == "robust":
        return (-(1 - eps) * F.logsigmoid(x) + eps * F.logsigmoid(-x)) / (1 - 2 * eps)
    if loss_type == "exo_pair":
        e = torch.tensor(eps)
        return torch.sigmoid(x) * (F.logsigmoid(x) - torch.log1p(-e)) + torch.sigmoid(-x) * (F.logsigmoid(-x) - torch.log(e))
    if loss_type == "discopop":
        modulation = torch.sigmoid(x / tau)
        return -F.logsigmoid(x) * (1 - modulation) + torch.exp(-x) * modulation
    # Of GPO (arXiv 2402.05749), table 1; TRL has none of these.
    if loss_type == "exponential":
        return torch.exp(-x)
    if loss_type == "truncatedQuadratic":
        return torch.relu(1 - x) ** 2
    return (1 / (1 + torch.exp(x))) ** 2


def made(name, loss_type, options, scale=1.0, rows=3, **arguments):
    """One case; the mean is the value."""
    p = pairs(rows, scale)
    for key in ("chosen", "rejected"):
        p[key].requires_grad_()
    value = trl(loss_type, p, **arguments).mean()
    value.backward()
    return case(name, p, value, {key: p[key].grad for key in ("chosen", "rejected")}, {"loss": loss_type, **options})


betas = {"small beta": 0.1, "beta of one half": 0.5}
cases = []
for title, beta in betas.items():
    for loss_type in ("sigmoid", "hinge", "ipo", "exponential", "truncatedQuadratic", "savage"):
        cases.append(made(f"{loss_type}, {title}", loss_type, {"beta": beta}, beta=beta))
    cases.append(made(f"cDPO, {title}", "sigmoid", {"beta": beta, "labelSmoothing": 0.2}, beta=beta, eps=0.2))
    cases.append(made(f"robust, {title}", "robust", {"beta": beta, "flipRate": 0.2}, beta=beta, eps=0.2))
    cases.append(made(f"exo_pair, {title}", "exo_pair", {"beta": beta, "labelSmoothing": 0.01}, beta=beta, eps=0.01))
    cases.append(made(f"discopop, {title}", "discopop", {"beta": beta, "temperature": 0.3}, beta=beta, tau=0.3))
    for divergence in ("forward_kl", "js_divergence"):
        cases.append(made(f"sigmoid of {divergence}, {title}", "sigmoid", {"beta": beta, "divergence": divergence}, beta=beta, divergence=divergence))
    for coef in (0.3, 0.5, 2.0):
        options = {"beta": beta, "divergence": "alpha", "coef": coef}
        cases.append(made(f"sigmoid of alpha {coef}, {title}", "sigmoid", options, beta=beta, divergence="alpha_divergence", coef=coef))
for loss_type, eps in (("sigmoid", 0.0), ("robust", 0.3), ("hinge", 0.0)):
    options = {"beta": 0.5, **({"flipRate": eps} if eps else {})}
    cases.append(made(f"{loss_type}, far from the reference", loss_type, options, scale=300.0, beta=0.5, eps=eps))

emit("align", "pairwise", f"TRL's formulas in torch {torch.__version__.split('+')[0]}", cases)
