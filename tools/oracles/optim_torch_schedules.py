"""Learning rates of PyTorch's schedulers."""

import torch
from oracle import case, emit

scheduler = torch.optim.lr_scheduler


def rates(make, steps=120, lr=1.0):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr)
    schedule = make(optimizer)
    values = []
    for _ in range(steps):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return values


def picked(name, make, fn, *args, steps=100, at=(0, 1, 5, 10, 28, 29, 30, 50, 75, 98, 99)):
    values = rates(make, steps)
    return case(name, {"steps": [i for i in at if i < steps]}, [values[i] for i in at if i < steps], options={"fn": fn, "args": list(args)})


emit(
    "optim",
    "torchSchedules",
    f"torch {torch.__version__}",
    [
        picked("oneCycle", lambda o: scheduler.OneCycleLR(o, max_lr=1.0, total_steps=100), "oneCycle", 1, {"steps": 100, "convention": "torch"}),
        picked("oneCycle, linear", lambda o: scheduler.OneCycleLR(o, max_lr=1.0, total_steps=100, anneal_strategy="linear"), "oneCycle", 1, {"steps": 100, "convention": "torch", "shape": "linear"}),
        picked("cyclic", lambda o: scheduler.CyclicLR(o, base_lr=0.1, max_lr=1.0, step_size_up=10, step_size_down=20), "cyclic", 0.1, 1, {"rise": 10, "fall": 20}),
        picked("cyclic, halved", lambda o: scheduler.CyclicLR(o, base_lr=0.1, max_lr=1.0, step_size_up=10, mode="triangular2"), "cyclic", 0.1, 1, {"rise": 10, "decay": 0.5}),
        picked("sgdr", lambda o: scheduler.CosineAnnealingWarmRestarts(o, T_0=40, T_mult=1), "sgdr", [{"peak": 1, "warmupSteps": 0, "steps": 40}, {"peak": 1, "warmupSteps": 0, "steps": 40}, {"peak": 1, "warmupSteps": 0, "steps": 40}]),
    ],
)
