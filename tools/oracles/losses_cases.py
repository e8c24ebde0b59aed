"""What the scripts for losses share: a case is computed in float64 from float32 inputs, with gradients by the inputs that are named."""

import jax
import jax.numpy as jnp
import torch
from oracle import case

jax.config.update("jax_enable_x64", True)


def graded(name, f, inputs, options=None, by=("logits",), upstream=None):
    """The case of f(**inputs), f written in torch; `by` names the inputs whose gradients are stored."""
    leaves = {
        key: x.double().requires_grad_(key in by) if torch.is_tensor(x) and x.is_floating_point() else x for key, x in inputs.items()
    }
    value = f(**leaves)
    (value if upstream is None else value * upstream.double()).sum().backward()
    return case(name, inputs, value, {key: leaves[key].grad for key in by}, options, upstream)


def plain(name, f, inputs, options=None):
    """A case without gradients."""
    exact = {key: x.double() if torch.is_tensor(x) and x.is_floating_point() else x for key, x in inputs.items()}
    return case(name, inputs, f(**exact), options=options)


def jax_graded(name, f, inputs, options=None, by=("logits",)):
    """As `graded`, with f written in JAX."""
    exact = {
        key: jnp.asarray(x.numpy()).astype(jnp.float64 if x.is_floating_point() else jnp.int64) if torch.is_tensor(x) else x
        for key, x in inputs.items()
    }
    slopes = jax.grad(lambda leaves: f(**{**exact, **leaves}).sum())({key: exact[key] for key in by})
    return case(name, inputs, f(**exact), slopes, options)


def named(loss, made):
    """The same case with the name of the function that it is about, for files that hold a whole family."""
    return {**made, "inputs": {**made["inputs"], "loss": loss}}
