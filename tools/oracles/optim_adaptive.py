"""Twenty steps of optax's adaptive optimizers on a small tree, in float64."""

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import numpy as np
import optax
from oracle import case, emit

random = np.random.default_rng(11)


def draw(shape, size=1.0):
    return (random.normal(size=shape) * size).round(3).astype(np.float32)


START = {"b": draw(3), "w": draw((2, 3))}
GRADS = [{key: draw(x.shape, 10 ** random.uniform(-1, 1)) for key, x in START.items()} for _ in range(20)]

OPTIMIZERS = {
    "nadamw": (optax.nadamw(0.05, weight_decay=0.1), "nadamw", [0.05, {"weightDecay": 0.1}]),
    "nadam": (optax.nadam(0.05), "nadamw", [0.05, {"weightDecay": 0}]),
    "amsgrad": (optax.amsgrad(0.05, b2=0.9), "amsgrad", [0.05, {"b2": 0.9}]),
    "radam": (optax.radam(0.05), "radam", [0.05]),
    "radam soon rectified": (optax.radam(0.05, b2=0.9), "radam", [0.05, {"b2": 0.9}]),
    "adabelief": (optax.adabelief(0.05), "adabelief", [0.05]),
    "yogi": (optax.yogi(0.05), "yogi", [0.05]),
    "adamw with both eps": (optax.adamw(0.05, eps=1e-3, eps_root=0.01, weight_decay=0.1), "adamw", [0.05, {"eps": 1e-3, "epsRoot": 0.01, "weightDecay": 0.1}]),
    "adamax": (optax.adamax(0.05, b2=0.8), "adamax", [0.05, {"b2": 0.8}]),
    "rmsprop": (optax.rmsprop(0.02), "rmsprop", [0.02]),
    "rmsprop centered with momentum": (optax.rmsprop(0.02, centered=True, momentum=0.9), "rmsprop", [0.02, {"centered": True, "momentum": 0.9}]),
    "adagrad": (optax.adagrad(0.1), "adagrad", [0.1]),
    "adadelta": (optax.adadelta(1.0), "adadelta", [1]),
    "lion": (optax.lion(0.05, weight_decay=0.1), "lion", [0.05, {"weightDecay": 0.1}]),
    "signSgd": (optax.sign_sgd(0.05), "signSgd", [0.05]),
    "lamb": (optax.lamb(0.05, weight_decay=0.1), "lamb", [0.05, {"weightDecay": 0.1}]),
    "lars": (optax.lars(0.5, weight_decay=0.1, trust_coefficient=0.1), "lars", [0.5, {"weightDecay": 0.1, "trustCoefficient": 0.1}]),
    "schedule-free SGD": (optax.contrib.schedule_free_sgd(0.1), "scheduleFree", [{"fn": "sgd", "args": [0.1]}, 0.1]),
    "schedule-free AdamW": (
        optax.contrib.schedule_free_adamw(0.05, weight_decay=0.1),
        "scheduleFree",
        [{"fn": "adamw", "args": [0.05, {"b1": 0, "weightDecay": 0.1}]}, 0.05],
    ),
    "accumulate": (optax.MultiSteps(optax.adam(0.05), 3), "accumulate", [{"fn": "adam", "args": [0.05]}, 3]),
    "muon": (optax.contrib.muon(0.05), "muon", [0.05]),
}


def run(transformation):
    params = jax.tree.map(lambda x: jnp.asarray(x, jnp.float64), START)
    state = transformation.init(params)
    for grads in GRADS:
        updates, state = transformation.update(jax.tree.map(lambda g: jnp.asarray(g, jnp.float64), grads), state, params)
        params = optax.apply_updates(params, updates)
    return {key: np.asarray(x) for key, x in params.items()}


stacked = {key: np.stack([grads[key] for grads in GRADS]) for key in START}
inputs = {"b": START["b"], "w": START["w"], "gradsB": stacked["b"], "gradsW": stacked["w"]}
cases = [case(name, inputs, run(transformation), options={"fn": fn, "args": args}) for name, (transformation, fn, args) in OPTIMIZERS.items()]
emit("optim", "adaptive", f"optax {optax.__version__} in float64", cases)
