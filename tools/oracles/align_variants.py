"""More preference losses: as TRL writes them (trl 0.x at f2cd577: DPO, CPO, ORPO, BCO and reward trainers) where it has them, else as their official code or paper does.

Each case holds the loss's name and options, and gradients by everything that is trained.
"""

import torch
import torch.nn.functional as F
from oracle import case, emit

torch.manual_seed(21)

N = 3


def made(name, loss, inputs, trained, f, options):
    for key in trained:
        inputs[key].requires_grad_()
    value = f(**inputs).mean()
    value.backward()
    return case(name, inputs, value, {key: inputs[key].grad for key in trained}, {"loss": loss, **options})


def pairs():
    ref_chosen, ref_rejected = -5 - 3 * torch.rand(N), -5 - 3 * torch.rand(N)
    return {
        "chosen": ref_chosen + torch.randn(N),
        "rejected": ref_rejected + torch.randn(N),
        "refChosen": ref_chosen,
        "refRejected": ref_rejected,
    }


both = ("chosen", "rejected")
cases = []

for beta in (0.1, 0.6):

    def add(loss, f, more=None, trained=both, inputs=None, title=""):
        cases.append(made(f"{loss}{title}, beta {beta}", loss, inputs or pairs(), trained, f, {"beta": beta, **(more or {})}))

    # TRL's DPOTrainer.
    add("apoZero", lambda chosen, rejected, refChosen, refRejected: 1 - torch.sigmoid(beta * (chosen - refChosen)) + torch.sigmoid(beta * (rejected - refRejected)))
    add(
        "apoDown",
        lambda chosen, rejected, refChosen, refRejected: torch.sigmoid(beta * (chosen - refChosen))
        + 1
        - torch.sigmoid(beta * ((chosen - refChosen) - (rejected - refRejected))),
    )
    add(
        "sppo",
        lambda chosen, rejected, refChosen, refRejected: ((chosen - refChosen) - 0.5 / beta) ** 2 + ((rejected - refRejected) + 0.5 / beta) ** 2,
        title=" hard",
    )
    rate = torch.rand(N)
    add(
        "sppo",
        lambda chosen, rejected, refChosen, refRejected, winRate: ((chosen - refChosen) - (winRate - 0.5) / beta) ** 2
        + ((rejected - refRejected) - (0.5 - winRate) / beta) ** 2,
        inputs={**pairs(), "winRate": rate},
        title=" soft",
    )

    # The official RPO: rpo_trainer.py, losses - eta * beta * chosen log-probabilities.
    add(
        "rpo",
        lambda chosen, rejected, refChosen, refRejected: -F.logsigmoid(beta * ((chosen - rejected) - (refChosen - refRejected))) - 0.3 * beta * chosen,
        {"eta": 0.3},
    )

    # DPOP as in the paper's equation 3.
    add(
        "dpop",
        lambda chosen, rejected, refChosen, refRejected: -F.logsigmoid(
            beta * ((chosen - refChosen) - (rejected - refRejected) - 5 * torch.clamp(refChosen - chosen, min=0))
        ),
        {"penalty": 5},
    )

    # TDPO as in its official trainer: tdpo_loss.
    def tdpo(chosen, rejected, refChosen, refRejected, chosenKl, rejectedKl, alpha, second):
        values = (chosen - refChosen) - (rejected - refRejected)
        if not second:
            return -F.logsigmoid(beta * (values - (rejectedKl - chosenKl)))
        return -F.logsigmoid(beta * (values - alpha * (rejectedKl - chosenKl.detach())))

    for title, alpha, second in ((" 1", 1.0, False), (" 2", 0.5, True)):
        trained = (*both, "rejectedKl") if second else (*both, "chosenKl", "rejectedKl")
        add(
            "tdpo",
            lambda **given: tdpo(alpha=alpha, second=second, **given),
            {"alpha": alpha, "detachChosen": second},
            trained,
            {**pairs(), "chosenKl": torch.rand(N), "rejectedKl": torch.rand(N)},
            title,
        )

    # TRL's CPOTrainer, on policy log-probabilities alone.
    def means():
        return {key: value for key, value in zip(both, (-0.2 - 2 * torch.rand(N), -0.2 - 2 * torch.rand(N)))}

    def sums():
        return {key: pairs()[key] for key in both}

    def smoothed(x, eps):
        return -F.logsigmoid(x) * (1 - eps) - F.logsigmoid(-x) * eps

    add("simpo", lambda chosen, rejected: smoothed(beta * (chosen - rejected - 0.4 / beta), 0.0), {"gamma": 0.4}, inputs=means())
    add("simpo", lambda chosen, rejected: smoothed(beta * (chosen - rejected - 0.4 / beta), 0.1), {"gamma": 0.4, "labelSmoothing": 0.1}, inputs=means(), title=" smoothed")

    def alphapo(chosen, rejected, alpha=0.25):
        r = [(1 - torch.exp(p).pow(-alpha)) / alpha for p in (chosen, rejected)]
        return smoothed(beta * (r[0] - r[1] - 0.4 / beta), 0.0)

    add("simpo", alphapo, {"gamma": 0.4, "alpha": 0.25}, inputs=means(), title=" AlphaPO")
    add("cpo", lambda chosen, rejected: smoothed(beta * (chosen - rejected), 0.0), {"sftWeight": 0}, inputs=sums())
    add("cpo", lambda chosen, rejected: smoothed(beta * (chosen - rejected), 0.0) - chosen, inputs=sums(), title=" with likelihood")

    # TRL's ORPOTrainer: losses = beta * logsigmoid(log_odds); loss = nll - losses.
    def log1mexp(x):
        return torch.where(x < -0.6931471805599453, torch.log1p(-torch.exp(x)), torch.log(-torch.expm1(x)))

    def orpo(chosen, rejected):
        log_odds = (chosen - rejected) - (log1mexp(chosen) - log1mexp(rejected))
        return -chosen - beta * F.logsigmoid(log_odds)

    add("orpo", orpo, inputs=means())

    # The official INPO has no code; its loss from the paper, equation 9.
    def inpo(chosen, rejected, refChosen, refRejected, prevChosen, prevRejected, eta=0.5, tau=0.2):
        h = (chosen - rejected) - tau / eta * (refChosen - refRejected) - (eta - tau) / eta * (prevChosen - prevRejected)
        return (h - 1 / (2 * eta)) ** 2

    if beta == 0.1:
        add("inpo", inpo, {"eta": 0.5, "tau": 0.2}, inputs={**pairs(), "prevChosen": -6 + torch.rand(N), "prevRejected": -6 + torch.rand(N)})

    # TRL's BCOTrainer with a given delta, both kinds in one batch.
    def bco(logProbs, refLogProbs, desirable, shift=0.3):
        r = beta * (logProbs - refLogProbs)
        return torch.cat((-F.logsigmoid(r[desirable] - shift), -F.logsigmoid(-(r[~desirable] - shift))))

    def responses():
        ref = -6 + torch.randn(N)
        return {"logProbs": ref + torch.randn(N), "refLogProbs": ref}

    liked = {"desirable": torch.tensor([1, 0, 1], dtype=torch.bool)}
    add("bco", bco, {"shift": 0.3}, ("logProbs",), {**responses(), **liked})

    # The official NPO, dataloader.py: -F.logsigmoid(beta * neg_log_ratios).mean() * 2 / beta.
    add("npo", lambda logProbs, refLogProbs: -F.logsigmoid(beta * (refLogProbs - logProbs)) * 2 / beta, {}, ("logProbs",), responses())
    # The official SimNPO: on mean losses, minus gamma.
    add(
        "npo",
        lambda logProbs, refLogProbs: -F.logsigmoid(beta * -logProbs - 0.2) * 2 / beta,
        {"gamma": 0.2},
        ("logProbs",),
        {"logProbs": -2 * torch.rand(N), "refLogProbs": torch.zeros(N)},
        " SimNPO",
    )

    # NCA as in the official code: K responses, rewards as soft labels.
    def group():
        ref = -6 + torch.randn(N, 4)
        return {"logProbs": ref + torch.randn(N, 4), "refLogProbs": ref, "rewards": torch.randn(N, 4)}

    def info_nca(logProbs, refLogProbs, rewards, temperature=0.5):
        return -(F.softmax(rewards / temperature, -1) * F.log_softmax(beta * (logProbs - refLogProbs), -1)).sum(-1)

    def nca(logProbs, refLogProbs, rewards, temperature=0.5):
        s = beta * (logProbs - refLogProbs)
        return -(F.softmax(rewards / temperature, -1) * F.logsigmoid(s) + F.logsigmoid(-s) / 4).sum(-1)

    add("infoNca", info_nca, {"temperature": 0.5}, ("logProbs",), group())
    add("nca", nca, {"temperature": 0.5}, ("logProbs",), group())

    def plackett_luce(logProbs, refLogProbs):
        s = beta * (logProbs - refLogProbs)
        return -sum(s[:, k] - torch.logsumexp(s[:, k:], -1) for k in range(s.shape[1]))

    add("plackettLuce", plackett_luce, {}, ("logProbs",), {key: value for key, value in group().items() if key != "rewards"})

    # TRL's RewardTrainer.
    if beta == 0.1:
        reward = {"chosen": torch.randn(N), "rejected": torch.randn(N)}
        add("bradleyTerry", lambda chosen, rejected: -F.logsigmoid(chosen - rejected), inputs=reward)
        add(
            "bradleyTerry",
            lambda chosen, rejected, margin: -F.logsigmoid(chosen - rejected - margin) + 0.01 * (chosen + rejected) ** 2,
            {"centering": 0.01},
            inputs={"chosen": torch.randn(N), "rejected": torch.randn(N), "margin": torch.rand(N)},
            title=" with margin",
        )

emit("align", "variants", f"TRL's and the authors' formulas in torch {torch.__version__.split('+')[0]}", cases)
