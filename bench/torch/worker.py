"""PyTorch, eager, as a contender. The argument is the number of threads; 0 for all cores."""

import sys

import torch
import torch.nn.functional as F
from serve import serve

if int(sys.argv[1]) > 0:
    torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(1)


def cross_entropy(rows, classes):
    logits, labels = (2 * torch.randn(rows, classes)).requires_grad_(), torch.arange(rows) * 7919 % classes
    return lambda: torch.autograd.grad(F.cross_entropy(logits, labels), logits)


def linear_cross_entropy(rows, width, classes):
    hidden, kernel = torch.randn(rows, width, requires_grad=True), (0.05 * torch.randn(width, classes)).requires_grad_()
    labels = torch.arange(rows) * 7919 % classes
    return lambda: torch.autograd.grad(F.cross_entropy(hidden @ kernel, labels), (hidden, kernel))


def product(m, n, k, names):
    a = torch.randn(k, m).T if names[0] == "t" else torch.randn(m, k)
    b = torch.randn(n, k).T if names[1] == "t" else torch.randn(k, n)
    return lambda: a @ b


def adamw(tensors):
    params = [torch.randn(1_000_000 // tensors, requires_grad=True) for _ in range(tensors)]
    for p in params:
        p.grad = 0.1 * torch.randn_like(p)
    return torch.optim.AdamW(params, lr=1e-3, weight_decay=1e-4).step


def optimizer_step(make):
    """A step over a million parameters in 20 matrices."""
    params = [torch.randn(200, 250, requires_grad=True) for _ in range(20)]
    for p in params:
        p.grad = 0.1 * torch.randn_like(p)
    return make(params).step


O = torch.optim
OPTIMIZERS = {
    "sgd": lambda p: O.SGD(p, lr=1e-3),
    "momentum": lambda p: O.SGD(p, lr=1e-3, momentum=0.9),
    "adam": lambda p: O.Adam(p),
    "adamw": lambda p: O.AdamW(p, weight_decay=1e-4),
    "nadamw": lambda p: O.NAdam(p, lr=1e-3, weight_decay=1e-4, decoupled_weight_decay=True),
    "amsgrad": lambda p: O.Adam(p, amsgrad=True),
    "radam": lambda p: O.RAdam(p),
    "adamax": lambda p: O.Adamax(p, lr=1e-3),
    "rmsprop": lambda p: O.RMSprop(p, lr=1e-3),
    "adagrad": lambda p: O.Adagrad(p, lr=1e-3),
    "adadelta": lambda p: O.Adadelta(p, lr=1e-3),
    "adafactor": lambda p: O.Adafactor(p, lr=1e-3),
    "rprop": lambda p: O.Rprop(p, lr=1e-3),
    "muon": lambda p: O.Muon(p, lr=1e-3),
}


def divergence(rows, classes):
    teacher, student = 2 * torch.randn(rows, classes), (2 * torch.randn(rows, classes)).requires_grad_()

    def run():
        loss = F.kl_div(F.log_softmax(student, -1), F.log_softmax(teacher, -1), reduction="batchmean", log_target=True)
        return torch.autograd.grad(loss, student)

    return run


def preference(sequences, tokens, vocabulary):
    logits = (2 * torch.randn(sequences * tokens, vocabulary)).requires_grad_()
    ids = (torch.arange(sequences * tokens) * 7919 % vocabulary)[:, None]

    def run():
        chosen, rejected = torch.log_softmax(logits, -1).gather(-1, ids).view(sequences, tokens).sum(-1).chunk(2)
        return torch.autograd.grad(-F.logsigmoid(0.1 * (chosen - rejected)).mean(), logits)

    return run


def training(parameters, loss):
    """A step of AdamW."""
    for p in parameters:
        p.requires_grad_()
    optimizer = torch.optim.AdamW(parameters, lr=1e-3, weight_decay=1e-4)

    def run():
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()

    return run


def transformer(batch=64, time=16, vocabulary=28, width=64, heads=4, layers=2):
    def normal(*shape):
        return torch.randn(*shape) * width**-0.5

    embedding, position, head = normal(vocabulary, width), normal(time, width), normal(width, vocabulary)
    blocks = [[normal(width, width) for _ in range(4)] + [normal(width, 4 * width), normal(4 * width, width)] for _ in range(layers)]
    tokens, targets = (torch.arange(batch * time) * 7919 % vocabulary).view(batch, time), torch.arange(batch * time) * 31 % vocabulary
    mask = torch.full((time, time), -1e9).triu(1)

    def norm(x):
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-5)

    def loss():
        x = embedding[tokens] + position
        for query, key, value, mix, up, down in blocks:
            y = norm(x)
            q, k, v = (( y @ w).view(batch, time, heads, -1).transpose(1, 2) for w in (query, key, value))
            heard = torch.softmax(q @ k.transpose(-1, -2) * (width / heads) ** -0.5 + mask, -1) @ v
            x = x + heard.transpose(1, 2).reshape(batch, time, width) @ mix
            x = x + torch.relu(norm(x) @ up) @ down
        return F.cross_entropy((norm(x) @ head).view(-1, vocabulary), targets)

    return training([embedding, position, head, *(w for block in blocks for w in block)], loss)


def convolutions(batch=64):
    images, labels = torch.randn(batch, 1, 28, 28), torch.arange(batch) * 7919 % 10
    first, second, last = 0.2 * torch.randn(8, 1, 5, 5), 0.1 * torch.randn(16, 8, 5, 5), 0.05 * torch.randn(784, 10)

    def loss():
        x = F.max_pool2d(torch.relu(F.conv2d(images, first, padding="same")), 2)
        x = F.max_pool2d(torch.relu(F.conv2d(x, second, padding="same")), 2)
        return F.cross_entropy(x.flatten(1) @ last, labels)

    return training([first, second, last], loss)


WORKLOADS = {
    "crossEntropy-512x8192": lambda: cross_entropy(512, 8192),
    "crossEntropy-256x32000": lambda: cross_entropy(256, 32000),
    "crossEntropy-4096x128": lambda: cross_entropy(4096, 128),
    "linearCrossEntropy-2048x256x32000": lambda: linear_cross_entropy(2048, 256, 32000),
    "kl-512x8192": lambda: divergence(512, 8192),
    "dpo-64x64x512": lambda: preference(64, 64, 512),
    "transformer-step": transformer,
    "conv-step": convolutions,
    **{f"step-{name}": lambda make=make: optimizer_step(make) for name, make in OPTIMIZERS.items()},
    **{f"adamw-1e6-in-{n}": lambda n=n: adamw(n) for n in (1, 20, 200)},
    **{f"matMul-512x512x512-{t}": lambda t=t: product(512, 512, 512, t) for t in ("nn", "nt", "tn", "tt")},
    "matMul-1024x256x64-nn": lambda: product(1024, 256, 64, "nn"),
    "matMul-64x256x1024-tn": lambda: product(64, 256, 1024, "tn"),
    "matMul-1024x64x256-nt": lambda: product(1024, 64, 256, "nt"),
}

serve(WORKLOADS)
