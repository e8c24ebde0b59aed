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


def run(transformation, params, loss, steps=20, linesearch=False):
    state = transformation.init(params)

    @jax.jit
    def step(params, state):
        value, grads = jax.value_and_grad(loss)(params)
        extra = {"value": value, "grad": grads, "value_fn": loss} if linesearch else {}
        updates, state = transformation.update(grads, state, params, **extra)
        return optax.apply_updates(params, updates), state

    for _ in range(steps):
        params, state = step(params, state)
    return {key: np.asarray(x) for key, x in params.items()}


hessian = optax.GradientTransformation(lambda params: optax.EmptyState(), lambda updates, state, params=None: ({"w": jnp.asarray(CURVATURE)}, state))
sam = lambda opaque: optax.contrib.sam(optax.sgd(0.05), optax.chain(optax.contrib.normalize(), optax.sgd(0.05)), sync_period=2, opaque_mode=opaque)


def run_sam(params, loss):
    transformation = sam(True)
    state = transformation.init(params)
    step = jax.jit(lambda p, s: transformation.update(jax.grad(loss)(p), s, p, grad_fn=lambda q, _: jax.grad(loss)(q)))
    for _ in range(20):
        updates, state = step(params, state)
        params = optax.apply_updates(params, updates)
    return {key: np.asarray(x) for key, x in params.items()}


SOURCE = f"optax {optax.__version__} in float64"
emit(
    "optim",
    "solvers",
    SOURCE,
    [
        case(
            "scaleByLbfgs",
            {},
            run(optax.chain(optax.scale_by_lbfgs(memory_size=3), optax.scale(-0.5)), QUADRATIC, quadratic, steps=8),
            options={"run": "scaleByLbfgs"},
        ),
        case("lbfgs on a quadratic", {}, run(optax.lbfgs(), QUADRATIC, quadratic, steps=20, linesearch=True), options={"run": "lbfgs on a quadratic"}),
        case("lbfgs on Rosenbrock", {}, run(optax.lbfgs(), ROSENBROCK, rosenbrock, steps=60, linesearch=True), options={"run": "lbfgs on Rosenbrock"}),
        case("sophia", {}, run(optax.contrib.sophia(0.05, hessian_diagonal_fn=hessian, update_interval=10, weight_decay=0.1), QUADRATIC, quadratic), options={"run": "sophia"}),
        case("sharpnessAware", {}, run_sam(QUADRATIC, quadratic), options={"run": "sharpnessAware"}),
    ],
)

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
