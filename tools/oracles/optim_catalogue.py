"""Twenty steps of each optimizer on a quadratic, on Rosenbrock's function and on recorded gradients of a small network, in float64."""

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import numpy as np
import optax
from oracle import case, emit

contrib = optax.contrib
STEPS = 20

QUADRATIC = {"w": np.array([1.0, -2.0, 0.5])}
CURVATURE = np.array([1.0, 4.0, 0.25])
ROSENBROCK = {"x": np.array(-1.2), "y": np.array(1.0)}


def quadratic(params):
    return 0.5 * jnp.sum(CURVATURE * params["w"] ** 2)


def rosenbrock(params):
    return (1 - params["x"]) ** 2 + 100 * (params["y"] - params["x"] ** 2) ** 2


slope_quadratic = jax.jit(jax.grad(quadratic))
slope_rosenbrock = jax.jit(jax.grad(rosenbrock))


def network():
    """Parameters of a 2-3-1 tanh network and the gradients that SGD met on its way, rounded so that they are short."""
    random = np.random.default_rng(5)
    inputs, targets = random.normal(size=(8, 2)), random.normal(size=(8, 1))

    def loss(params):
        hidden = jnp.tanh(inputs @ params["w1"] + params["b1"])
        return jnp.mean((hidden @ params["w2"] - targets) ** 2)

    start = {"b1": random.normal(size=3).round(2), "w1": random.normal(size=(2, 3)).round(2), "w2": random.normal(size=(3, 1)).round(2)}
    params, met = start, []
    for _ in range(STEPS):
        grads = {key: np.asarray(g).round(3) for key, g in jax.grad(loss)(params).items()}
        met.append(grads)
        params = {key: params[key] - 0.3 * grads[key] for key in params}
    return start, met


START, GRADS = network()


def run(make, params, gradients, value=None):
    transformation = make() if callable(make) else make
    params = jax.tree.map(lambda x: jnp.asarray(x, jnp.float64), params)
    state = transformation.init(params)

    @jax.jit
    def update(grads, state, params, extra):
        updates, state = transformation.update(grads, state, params, **extra)
        return optax.apply_updates(params, updates), state

    for step in range(STEPS):
        extra = {} if value is None else {"value": value(params)}
        params, state = update(gradients(params, step), state, params, extra)
    return {key: np.asarray(x) for key, x in params.items()}


def problems(make, loss=False):
    return {
        "quadratic": run(make, QUADRATIC, lambda p, _: slope_quadratic(p), quadratic if loss else None),
        "rosenbrock": run(make, ROSENBROCK, lambda p, _: slope_rosenbrock(p), rosenbrock if loss else None),
        "network": run(make, START, lambda _, t: jax.tree.map(jnp.asarray, GRADS[t]), (lambda _: jnp.asarray(1.0)) if loss else None),
    }


def call(fn, *args):
    return {"fn": fn, "args": list(args)}


def lion_of(mode):
    return optax.chain(optax.scale_by_lion(mode=mode), optax.scale_by_learning_rate(0.05))


CASES = {
    "sgd": (optax.sgd(1e-3), call("sgd", 1e-3)),
    "sgd with Nesterov momentum": (optax.sgd(1e-4, momentum=0.9, nesterov=True), call("sgd", 1e-4, {"momentum": 0.9, "nesterov": True})),
    "adam": (optax.adam(0.05), call("adam", 0.05)),
    "adamw": (optax.adamw(0.05, weight_decay=0.1), call("adamw", 0.05, {"weightDecay": 0.1})),
    "nadamw": (optax.nadamw(0.05, weight_decay=0.1), call("nadamw", 0.05, {"weightDecay": 0.1})),
    "amsgrad": (optax.amsgrad(0.05), call("amsgrad", 0.05)),
    "radam": (optax.radam(1e-4), call("radam", 1e-4)),
    "adabelief": (optax.adabelief(0.05), call("adabelief", 0.05)),
    "adagrad": (optax.adagrad(0.1), call("adagrad", 0.1)),
    "adadelta": (optax.adadelta(1.0), call("adadelta", 1)),
    "adamax": (optax.adamax(0.05), call("adamax", 0.05)),
    "adamaxw": (optax.adamaxw(0.05, weight_decay=0.1), call("adamax", 0.05, {"weightDecay": 0.1})),
    "acprop": (contrib.acprop(0.01, weight_decay=0.1), call("acprop", 0.01, {"weightDecay": 0.1})),
    "cocob": (contrib.cocob(alpha=20.0, weight_decay=0.1), call("cocob", {"alpha": 20, "weightDecay": 0.1})),
    "mechanize": (contrib.mechanize(optax.adam(1.0), s_init=1e-3), call("mechanize", call("adam", 1), {"start": 1e-3})),
    "lion, smooth": (lion_of("smooth"), call("lion", 0.05, {"mode": "smooth", "weightDecay": 0})),
    "lion, refined": (lion_of("refined"), call("lion", 0.05, {"mode": "refined", "weightDecay": 0})),
    "yogi": (optax.yogi(0.05), call("yogi", 0.05)),
    "rmsprop": (optax.rmsprop(0.02), call("rmsprop", 0.02)),
    "rmsprop centered with momentum": (optax.rmsprop(0.002, centered=True, momentum=0.9), call("rmsprop", 0.002, {"centered": True, "momentum": 0.9})),
    "lamb": (optax.lamb(0.05, weight_decay=0.1), call("lamb", 0.05, {"weightDecay": 0.1})),
    "lars": (optax.lars(0.5, weight_decay=0.1, trust_coefficient=0.1), call("lars", 0.5, {"weightDecay": 0.1, "trustCoefficient": 0.1})),
    "lion": (optax.lion(0.05, weight_decay=0.1), call("lion", 0.05, {"weightDecay": 0.1})),
    "signSgd": (optax.sign_sgd(0.05), call("signSgd", 0.05)),
    "signum": (optax.signum(0.05, beta=0.9), call("signum", 0.05)),
    "adan": (optax.adan(0.05, weight_decay=0.1), call("adan", 0.05, {"weightDecay": 0.1})),
    "ademamix": (contrib.ademamix(0.05, weight_decay=0.1), call("ademamix", 0.05, {"weightDecay": 0.1})),
    "ademamix with schedules": (
        contrib.ademamix(0.05, b3=optax.linear_schedule(0.9, 0.99, 20), alpha=optax.linear_schedule(0.0, 5.0, 20)),
        call("ademamix", 0.05, {"b3": call("linear", 0.9, 0.99, {"steps": 20}), "alpha": call("linear", 0, 5, {"steps": 20})}),
    ),
    "simplifiedAdemamix": (contrib.simplified_ademamix(0.002, alpha=2.0, weight_decay=0.1), call("simplifiedAdemamix", 0.002, {"alpha": 2, "weightDecay": 0.1})),
    "adopt": (contrib.adopt(0.05), call("adopt", 0.05)),
    "novograd": (optax.novograd(0.02, weight_decay=0.1), call("novograd", 0.02, {"weightDecay": 0.1})),
    "madgrad": (contrib.madgrad(0.05, weight_decay=0.1), call("madgrad", 0.05, {"weightDecay": 0.1})),
    "adafactor": (optax.adafactor(0.02), call("adafactor", 0.02)),
    "adafactor factored, with momentum and decay": (
        optax.adafactor(0.1, min_dim_size_to_factor=2, momentum=0.9, weight_decay_rate=0.01),
        call("adafactor", 0.1, {"factorFrom": 2, "momentum": 0.9, "weightDecay": 0.01}),
    ),
    "adafactor without parts": (
        optax.adafactor(0.05, multiply_by_parameter_scale=False, clipping_threshold=None),
        call("adafactor", 0.05, {"relative": False, "clipping": "Infinity"}),
    ),
    "fromage": (optax.fromage(0.05), call("fromage", 0.05)),
    "optimisticSgd": (optax.optimistic_gradient_descent(1e-4), call("optimisticSgd", 1e-4)),
    "optimistic Adam": (
        optax.optimistic_adam_v2(0.05),
        call("chain", call("scaleByAdam", {"nesterov": True}), call("scaleByOptimism"), call("scaleByLearningRate", 0.05)),
    ),
    "dog": (lambda: contrib.dog(init_step=("distance", 0.1)), call("dog", 1, {"start": 0.1})),
    "dog by default": (contrib.dog(), call("dog")),
    "dowg": (lambda: contrib.dowg(init_estim_sq_dist=0.01), call("dowg", 1, {"start": 0.1})),
    "dAdaptAdamW": (contrib.dadapt_adamw(estim_lr0=0.01, weight_decay=0.1), call("dAdaptAdamW", 1, {"start": 0.01, "weightDecay": 0.1})),
    "schedule-free SGD": (contrib.schedule_free_sgd(1e-3), call("scheduleFree", call("sgd", 1e-3), 1e-3)),
    "schedule-free AdamW": (
        contrib.schedule_free_adamw(0.05, weight_decay=0.1),
        call("scheduleFree", call("adamw", 0.05, {"b1": 0, "weightDecay": 0.1}), 0.05),
    ),
    "clipByBlockRms": (optax.chain(optax.clip_by_block_rms(0.5), optax.sgd(0.05)), call("chain", call("clipByBlockRms", 0.5), call("sgd", 0.05))),
    "clipByGlobalNorm": (optax.chain(optax.clip_by_global_norm(0.5), optax.sgd(0.05)), call("chain", call("clipByGlobalNorm", 0.5), call("sgd", 0.05))),
    "clipByValue": (optax.chain(optax.clip(0.5), optax.sgd(0.05)), call("chain", call("clipByValue", 0.5), call("sgd", 0.05))),
    "adaptiveGradClip": (optax.chain(optax.adaptive_grad_clip(0.1), optax.sgd(0.1)), call("chain", call("adaptiveGradClip", 0.1), call("sgd", 0.1))),
    "centralize": (optax.chain(optax.clip(0.5), optax.centralize(), optax.sgd(0.05)), call("chain", call("clipByValue", 0.5), call("centralize", {"over": "fanOut"}), call("sgd", 0.05))),
    "normalizeByNorm": (optax.chain(optax.normalize_by_update_norm(), optax.sgd(0.05)), call("chain", call("normalizeByNorm"), call("sgd", 0.05))),
    "scaleByTrustRatio": (optax.chain(optax.scale_by_trust_ratio(), optax.sgd(0.05)), call("chain", call("scaleByTrustRatio"), call("sgd", 0.05))),
    "scaleByParameterSize": (
        optax.chain(optax.clip(0.5), optax.scale_by_param_block_rms(), optax.sgd(0.05)),
        call("chain", call("clipByValue", 0.5), call("scaleByParameterSize"), call("sgd", 0.05)),
    ),
    "scaleByParameterSize by norm": (
        optax.chain(optax.clip(0.5), optax.scale_by_param_block_norm(), optax.sgd(0.05)),
        call("chain", call("clipByValue", 0.5), call("scaleByParameterSize", {"by": "norm"}), call("sgd", 0.05)),
    ),
    "ema": (optax.chain(optax.ema(0.9), optax.sgd(1e-3)), call("chain", call("ema", 0.9), call("sgd", 1e-3))),
    "ema without correction": (optax.chain(optax.ema(0.9, debias=False), optax.sgd(1e-3)), call("chain", call("ema", 0.9, {"debias": False}), call("sgd", 1e-3))),
    "accumulate": (optax.MultiSteps(optax.adam(0.05), 3), call("accumulate", call("adam", 0.05), 3)),
    "accumulate ever more": (
        optax.MultiSteps(optax.adam(0.05), lambda step: 1 + step),
        call("accumulate", call("adam", 0.05), call("linear", 1, 101, {"steps": 100})),
    ),
    "weight decay as a schedule": (
        optax.chain(optax.scale_by_adam(), optax.add_decayed_weights(0.3), optax.scale_by_learning_rate(optax.cosine_decay_schedule(0.1, 15, 0.1))),
        call("adamw", call("cosineDecay", 0.1, {"steps": 15, "alpha": 0.1}), {"weightDecay": 0.3}),
    ),
    "keepInside": (
        optax.chain(optax.clip(0.5), optax.sgd(0.1), optax.keep_params_nonnegative()),
        call("chain", call("clipByValue", 0.5), call("sgd", 0.1), call("keepNonNegative")),
    ),
    "sm3": (optax.sm3(0.05), call("sm3", 0.05)),
}

LOSS = {
    "momo": (contrib.momo(0.001, weight_decay=0.1), call("momo", 0.001, {"weightDecay": 0.1})),
    "momo of an unknown bound": (contrib.momo(0.01, lower_bound=-1.0, adapt_lower_bound=True), call("momo", 0.01, {"least": -1, "adaptLeast": True})),
    "momoAdam": (contrib.momo_adam(0.05, weight_decay=0.1), call("momoAdam", 0.05, {"weightDecay": 0.1})),
    "momoAdam of an unknown bound": (contrib.momo_adam(0.5, adapt_lower_bound=True), call("momoAdam", 0.5, {"adaptLeast": True})),
    "polyakSgd": (optax.polyak_sgd(max_learning_rate=0.001), call("polyakSgd", {"most": 0.001})),
    "reduceOnPlateau": (
        optax.chain(optax.clip(0.5), optax.sgd(0.01), contrib.reduce_on_plateau(0.5, rtol=0.05, patience=2, cooldown=1)),
        call("chain", call("clipByValue", 0.5), call("sgd", 0.01), call("reduceOnPlateau", {"factor": 0.5, "relative": 0.05, "patience": 2, "cooldown": 1})),
    ),
}

# Compared by the distance of the end points alone.
LOOSE = {
    "muon": (contrib.muon(0.05), call("muon", 0.05)),
    "muon of consistent size": (contrib.muon(0.05, consistent_rms=0.2, weight_decay=0.1, adam_weight_decay=0.1), call("muon", 0.05, {"consistentRms": 0.2, "weightDecay": 0.1})),
    "prodigy": (contrib.prodigy(estim_lr0=0.1, weight_decay=0.1), call("prodigy", 1, {"start": 0.1, "weightDecay": 0.1})),
    "prodigy from afar": (contrib.prodigy(estim_lr0=1e-3), call("prodigy", 1, {"start": 1e-3})),
    "galore": (contrib.galore(0.05, rank=1), call("galore", 0.05, {"rank": 1})),
}


def without_scalars(make):
    """optax's sm3 knows no scalars."""
    return {
        "quadratic": run(make, QUADRATIC, lambda p, _: slope_quadratic(p)),
        "network": run(make, START, lambda _, t: jax.tree.map(jnp.asarray, GRADS[t])),
    }


SOURCE = f"optax {optax.__version__} in float64"
emit("optim", "gradients", f"jax {jax.__version__}: a 2-3-1 tanh network", [case("network", {**START, **{f"grads/{key}": np.stack([g[key] for g in GRADS]) for key in START}}, 0)])
emit(
    "optim",
    "catalogue",
    SOURCE,
    [case(name, {}, without_scalars(make) if name == "sm3" else problems(make), options=c) for name, (make, c) in CASES.items()]
    + [case(name, {}, problems(make, loss=True), options={**c, "loss": True}) for name, (make, c) in LOSS.items()],
)
emit("optim", "catalogueLoose", SOURCE, [case(name, {}, problems(make), options=c) for name, (make, c) in LOOSE.items()])
