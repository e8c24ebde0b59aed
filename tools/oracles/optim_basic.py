"""Twenty steps of optax's optimizers and transformations on a small tree, and its schedules."""

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import numpy as np
import optax
from oracle import case, emit

random = np.random.default_rng(7)
START = {"b": random.normal(size=3).astype(np.float32), "w": random.normal(size=(2, 3)).astype(np.float32)}
GRADS = [{key: (random.normal(size=x.shape) * 10 ** random.uniform(-1, 1)).astype(np.float32) for key, x in START.items()} for _ in range(20)]

OPTIMIZERS = {
    "sgd": (optax.sgd(0.1), {"fn": "sgd", "args": [0.1]}),
    "sgd with momentum": (optax.sgd(0.1, momentum=0.9), {"fn": "sgd", "args": [0.1, {"momentum": 0.9}]}),
    "sgd with Nesterov momentum": (optax.sgd(0.1, momentum=0.8, nesterov=True), {"fn": "sgd", "args": [0.1, {"momentum": 0.8, "nesterov": True}]}),
    "adam": (optax.adam(0.05), {"fn": "adam", "args": [0.05]}),
    "adam with other moments": (optax.adam(0.05, b1=0.7, b2=0.95, eps=1e-3), {"fn": "adam", "args": [0.05, {"b1": 0.7, "b2": 0.95, "eps": 1e-3}]}),
    "adamw": (optax.adamw(0.05, weight_decay=0.1), {"fn": "adamw", "args": [0.05, {"weightDecay": 0.1}]}),
    "adamw by default": (optax.adamw(0.05), {"fn": "adamw", "args": [0.05]}),
    "clipByGlobalNorm": (optax.clip_by_global_norm(1.0), {"fn": "clipByGlobalNorm", "args": [1]}),
    "clipByValue": (optax.clip(0.5), {"fn": "clipByValue", "args": [0.5]}),
    "scaleByAdam": (optax.scale_by_adam(), {"fn": "scaleByAdam", "args": []}),
    "scaleByAdam with Nesterov momentum": (optax.scale_by_adam(nesterov=True), {"fn": "scaleByAdam", "args": [{"nesterov": True}]}),
    "trace": (optax.trace(0.9), {"fn": "trace", "args": [0.9]}),
    "addDecayedWeights": (optax.add_decayed_weights(0.1), {"fn": "addDecayedWeights", "args": [0.1]}),
}


def run(transformation):
    params = jax.tree.map(lambda x: jnp.asarray(x, jnp.float64), START)
    state = transformation.init(params)
    for grads in GRADS:
        updates, state = transformation.update(jax.tree.map(lambda g: jnp.asarray(g, jnp.float64), grads), state, params)
        params = optax.apply_updates(params, updates)
    return params


stacked = {key: np.stack([grads[key] for grads in GRADS]) for key in START}
inputs = {"b": START["b"], "w": START["w"], "gradsB": stacked["b"], "gradsW": stacked["w"]}
emit("optim", "basic", f"optax {optax.__version__} in float64", [case(name, inputs, {k: np.asarray(v) for k, v in run(t).items()}, options=options) for name, (t, options) in OPTIMIZERS.items()])

STEPS = [0, 1, 5, 10, 20, 50, 99, 100, 150, 1000]
SCHEDULES = {
    "linear": (optax.linear_schedule(0.5, 0.1, 100), {"fn": "linear", "args": [0.5, 0.1, {"steps": 100}]}),
    "polynomial": (optax.polynomial_schedule(0.5, 0.1, 2.0, 100), {"fn": "polynomial", "args": [0.5, 0.1, {"steps": 100, "power": 2}]}),
    "cosineDecay": (optax.cosine_decay_schedule(0.5, 100, alpha=0.1, exponent=1.5), {"fn": "cosineDecay", "args": [0.5, {"steps": 100, "alpha": 0.1, "exponent": 1.5}]}),
    "exponentialDecay": (optax.exponential_decay(0.5, 50, 0.7), {"fn": "exponentialDecay", "args": [0.5, {"steps": 50, "rate": 0.7}]}),
    "exponentialDecay in stairs": (optax.exponential_decay(0.5, 50, 0.7, staircase=True), {"fn": "exponentialDecay", "args": [0.5, {"steps": 50, "rate": 0.7, "staircase": True}]}),
    "warmupCosine": (optax.warmup_cosine_decay_schedule(0.1, 1.0, 20, 150, 0.05), {"fn": "warmupCosine", "args": [1, {"warmupSteps": 20, "steps": 150, "from": 0.1, "to": 0.05}]}),
    "piecewiseConstant": (optax.piecewise_constant_schedule(0.5, {10: 0.5, 100: 0.1}), {"fn": "piecewiseConstant", "args": [0.5, {"10": 0.5, "100": 0.1}]}),
}
emit("optim", "schedules", f"optax {optax.__version__}", [case(name, {"steps": STEPS}, [float(schedule(step)) for step in STEPS], options=options) for name, (schedule, options) in SCHEDULES.items()])
