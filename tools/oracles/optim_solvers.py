"""L-BFGS, SAM and Sophia of optax, its projections, and its further schedules, in float64."""

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import numpy as np
import optax
from oracle import case, emit

CURVATURE = np.array([1.0, 4.0, 0.25])
QUADRATIC = {"w": jnp.array([1.0, -2.0, 0.5])}
ROSENBROCK = {"x": jnp.array(-1.2), "y": jnp.array(1.0)}


def quadratic(params):
    return 0.5 * jnp.sum(CURVATURE * params["w"] ** 2)


def rosenbrock(params):
    return (1 - params["x"]) ** 2 + 100 * (params["y"] - params["x"] ** 2) ** 2


_random = np.random.default_rng(8)
INPUTS, TARGETS = _random.normal(size=(8, 2)).round(2), _random.normal(size=(8, 1)).round(2)
NETWORK = {"b1": _random.normal(size=3).round(2), "w1": _random.normal(size=(2, 3)).round(2), "w2": _random.normal(size=(3, 1)).round(2)}


def network(params):
    return jnp.mean((jnp.tanh(INPUTS @ params["w1"] + params["b1"]) @ params["w2"] - TARGETS) ** 2)


PROBLEMS = {"quadratic": (QUADRATIC, quadratic), "rosenbrock": (ROSENBROCK, rosenbrock), "network": (NETWORK, network)}


def run(transformation, params, loss, steps=20, extra=lambda loss, value, grads: {}):
    params = jax.tree.map(lambda x: jnp.asarray(x, jnp.float64), params)
    state = transformation.init(params)

    @jax.jit
    def step(params, state):
        value, grads = jax.value_and_grad(loss)(params)
        updates, state = transformation.update(grads, state, params, **extra(loss, value, grads))
        return optax.apply_updates(params, updates), state

    for _ in range(steps):
        params, state = step(params, state)
    return {key: np.asarray(x) for key, x in params.items()}


def on_all(transformation, **options):
    return {name: run(transformation, params, loss, **options) for name, (params, loss) in PROBLEMS.items()}


searching = lambda loss, value, grads: {"value": value, "grad": grads, "value_fn": loss}
climbing = lambda loss, value, grads: {"grad_fn": lambda q, _: jax.grad(loss)(q)}
# Sophia's curvature is whatever estimate it is given: here the squares of the gradients.
squares = optax.GradientTransformation(lambda params: optax.EmptyState(), lambda updates, state, params=None: (jax.tree.map(jnp.square, updates), state))
sam = lambda rate: optax.contrib.sam(optax.sgd(rate), optax.chain(optax.contrib.normalize(), optax.sgd(0.05)), sync_period=2, opaque_mode=True)

SOURCE = f"optax {optax.__version__} in float64"
data = {"inputs": INPUTS, "targets": TARGETS, **NETWORK}
emit(
    "optim",
    "solvers",
    SOURCE,
    [
        case("scaleByLbfgs", data, on_all(optax.chain(optax.scale_by_lbfgs(memory_size=3), optax.scale(-0.01)), steps=8), options={"run": "scaleByLbfgs"}),
        case("sophia", data, on_all(optax.contrib.sophia(0.05, hessian_diagonal_fn=squares, update_interval=10, weight_decay=0.1)), options={"run": "sophia"}),
        case("sharpnessAware", data, on_all(sam(5e-4), extra=climbing), options={"run": "sharpnessAware"}),
    ],
)


def decayed(params):
    """With decay the network has one minimum nearby, not a valley of them."""
    return network(params) + 0.05 * sum(jnp.sum(x**2) for x in params.values())


# Two line searches may stop at different points, so that the minima are compared.
MINIMA = {"quadratic": (QUADRATIC, quadratic), "rosenbrock": (ROSENBROCK, rosenbrock), "decayed": (NETWORK, decayed)}
emit("optim", "lbfgs", SOURCE, [case(name, data, run(optax.lbfgs(), *problem, steps=60, extra=searching)) for name, problem in MINIMA.items()])

random = np.random.default_rng(3)
TREE = {"b": random.normal(size=3).round(3), "w": (2 * random.normal(size=(2, 2))).round(3)}
NORMAL = {"b": random.normal(size=3).round(3), "w": random.normal(size=(2, 2)).round(3)}
SMALL = jax.tree.map(lambda x: 0.01 * x, TREE)
projections = optax.projections
inputs = {"b": TREE["b"], "w": TREE["w"], "normalB": NORMAL["b"], "normalW": NORMAL["w"]}


def projected(name, f, fn, *args, tree=TREE):
    value = {key: np.asarray(x) for key, x in f(jax.tree.map(jnp.asarray, tree)).items()}
    return case(name, {**inputs, "b": tree["b"], "w": tree["w"]}, value, options={"fn": fn, "args": list(args)})


emit(
    "optim",
    "projections",
    SOURCE,
    [
        projected("non-negative", projections.projection_non_negative, "projectNonNegative"),
        projected("box", lambda x: projections.projection_box(x, jax.tree.map(lambda y: jnp.full_like(y, -0.5), x), jax.tree.map(lambda y: jnp.full_like(y, 0.7), x)), "projectBox", -0.5, 0.7),
        projected("simplex", projections.projection_simplex, "projectSimplex"),
        projected("simplex of sum 3", lambda x: projections.projection_simplex(x, 3.0), "projectSimplex", 3),
        projected("l1 sphere", projections.projection_l1_sphere, "projectL1Sphere"),
        projected("l1 ball", lambda x: projections.projection_l1_ball(x, 2.0), "projectL1Ball", 2),
        projected("l1 ball, inside", projections.projection_l1_ball, "projectL1Ball", tree=SMALL),
        projected("l2 sphere", lambda x: projections.projection_l2_sphere(x, 2.0), "projectL2Sphere", 2),
        projected("l2 ball", projections.projection_l2_ball, "projectL2Ball"),
        projected("l2 ball, inside", projections.projection_l2_ball, "projectL2Ball", tree=SMALL),
        projected("linf ball", lambda x: projections.projection_linf_ball(x, 0.5), "projectLinfBall", 0.5),
        projected("hyperplane", lambda x: projections.projection_hyperplane(x, NORMAL, 0.5), "projectHyperplane", "normal", 0.5),
        projected("halfspace", lambda x: projections.projection_halfspace(x, NORMAL, -5.0), "projectHalfspace", "normal", -5),
        projected("halfspace, inside", lambda x: projections.projection_halfspace(x, NORMAL, 50.0), "projectHalfspace", "normal", 50),
    ],
)

STEPS = [0, 1, 5, 10, 20, 29, 30, 31, 50, 75, 85, 99, 100, 150, 1000]
SCHEDULES = {
    "constant": (optax.constant_schedule(0.3), "constant", [0.3]),
    "polynomial, beginning late": (optax.polynomial_schedule(0.5, 0.1, 2.0, 100, 20), "polynomial", [0.5, 0.1, {"steps": 100, "power": 2, "begin": 20}]),
    "exponentialDecay, bounded": (optax.exponential_decay(0.5, 20, 0.5, transition_begin=10, end_value=0.05), "exponentialDecay", [0.5, {"steps": 20, "rate": 0.5, "begin": 10, "to": 0.05}]),
    "exponentialDecay, rising": (optax.exponential_decay(0.5, 20, 2.0, end_value=4.0), "exponentialDecay", [0.5, {"steps": 20, "rate": 2, "to": 4}]),
    "warmupConstant": (optax.warmup_constant_schedule(0.1, 1.0, 20), "warmupConstant", [1, {"warmupSteps": 20, "from": 0.1}]),
    "warmupExponential": (
        optax.warmup_exponential_decay_schedule(0.1, 1.0, 20, 30, 0.5, end_value=0.01),
        "warmupExponential",
        [1, {"warmupSteps": 20, "from": 0.1, "steps": 30, "rate": 0.5, "to": 0.01}],
    ),
    "oneCycle": (optax.cosine_onecycle_schedule(100, 1.0), "oneCycle", [1, {"steps": 100}]),
    "oneCycle with other parts": (optax.cosine_onecycle_schedule(150, 0.5, 0.2, 10.0, 100.0), "oneCycle", [0.5, {"steps": 150, "rise": 0.2, "startFactor": 10, "endFactor": 100}]),
    "oneCycle, linear": (optax.linear_onecycle_schedule(100, 1.0), "oneCycle", [1, {"steps": 100, "shape": "linear"}]),
    "piecewiseInterpolate": (optax.piecewise_interpolate_schedule("linear", 1.0, {30: 0.1, 75: 2.0, 100: 0.5}), "piecewiseInterpolate", [1, {"30": 0.1, "75": 2, "100": 0.5}]),
    "piecewiseInterpolate by cosines": (
        optax.piecewise_interpolate_schedule("cosine", 1.0, {30: 0.1, 75: 2.0}),
        "piecewiseInterpolate",
        [1, {"30": 0.1, "75": 2}, {"shape": "cosine"}],
    ),
    "joinSchedules": (
        optax.join_schedules([optax.linear_schedule(0.0, 1.0, 10), optax.cosine_decay_schedule(1.0, 40), optax.constant_schedule(0.1)], [10, 50]),
        "joinSchedules",
        [[{"fn": "linear", "args": [0, 1, {"steps": 10}]}, {"fn": "cosineDecay", "args": [1, {"steps": 40}]}, {"fn": "constant", "args": [0.1]}], [10, 50]],
    ),
    "scaleSchedule": (lambda step: 0.3 * optax.cosine_decay_schedule(1.0, 40)(step), "scaleSchedule", [{"fn": "cosineDecay", "args": [1, {"steps": 40}]}, 0.3]),
    "warmupStableDecay": (
        optax.join_schedules([optax.linear_schedule(0.0, 0.7, 10), optax.constant_schedule(0.7), optax.linear_schedule(0.7, 0.1, 20)], [10, 80]),
        "warmupStableDecay",
        [0.7, {"steps": 100, "warmup": 0.1, "decay": 0.2, "to": 0.1}],
    ),
    # The learning rate of Vaswani et al. counts from 1, and its peak is d^-1/2 W^-1/2.
    "inverseSqrt": (lambda step: 512**-0.5 * min((step + 1) ** -0.5, (step + 1) * 20**-1.5), "inverseSqrt", [512**-0.5 * 20**-0.5, {"warmupSteps": 20}]),
    "sgdr": (
        optax.sgdr_schedule(
            [
                {"init_value": 0.1, "peak_value": 1.0, "warmup_steps": 5, "decay_steps": 30, "end_value": 0.05},
                {"init_value": 0.05, "peak_value": 0.5, "warmup_steps": 5, "decay_steps": 60, "end_value": 0.0},
            ]
        ),
        "sgdr",
        [[{"from": 0.1, "peak": 1, "warmupSteps": 5, "steps": 30, "to": 0.05}, {"from": 0.05, "peak": 0.5, "warmupSteps": 5, "steps": 60, "to": 0}]],
    ),
}
emit(
    "optim",
    "moreSchedules",
    f"optax {optax.__version__}",
    [case(name, {"steps": STEPS}, [float(schedule(step)) for step in STEPS], options={"fn": fn, "args": args}) for name, (schedule, fn, args) in SCHEDULES.items()],
)
