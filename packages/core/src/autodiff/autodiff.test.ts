import {
  add,
  engine,
  grad as tfGrad,
  keep,
  matMul,
  memory,
  mul,
  scalar,
  square,
  sum,
  tensor,
  tidy,
  variable,
  zeros,
  type Tensor,
} from '@tensorflow/tfjs-core';
import {
  differentiable,
  exp,
  grad,
  hvp,
  jvp,
  logSumExp,
  noGrad,
  tanh,
  treeDot,
  treeMap,
  valueAndGrad,
  type SurrogateErrorCode,
} from '@surrogate/core';
import { eachBackend, expectClose, expectNoLeak, expectSurrogateError } from '@surrogate/testing';
import { beforeEach, describe, expect, it } from 'vitest';

interface Params {
  w: Tensor;
  b: Tensor;
}

/** What a throw must leave as it was. */
const engineState = () => {
  const { state } = engine() as unknown as { state: Record<string, unknown> & { scopeStack: unknown[] } };
  const { activeTape, gradientDepth, kernelDepth, scopeStack } = state;
  return { activeTape: activeTape ?? null, gradientDepth, kernelDepth, scopes: scopeStack.length, ...{ tensors: memory().numTensors } };
};

eachBackend(() => {
  let params: Params;
  let x: Tensor;
  beforeEach(() => {
    params = {
      w: tensor([
        [0.3, -0.2],
        [0.1, 0.5],
      ]),
      b: tensor([0.1, -0.3]),
    };
    x = tensor([[1, -1]]);
  });
  const model = ({ w, b }: Params, input: Tensor) => tanh(add(matMul(input, w), b));
  const loss = (p: Params, input: Tensor) => sum(logSumExp(mul(model(p, input), 3)));

  it('agrees with tfjs where tfjs can', async () => {
    const { value, grads } = valueAndGrad(loss)(params, x);
    await expectClose(value, loss(params, x));
    await expectClose(grads.w, tfGrad((w) => loss({ ...params, w }, x))(params.w));
    await expectClose(grad(loss)(params, x).b, grads.b);
  });

  it('gives a parameter that is not used gradient 0', async () => {
    const grads = grad(({ w }: Params) => sum(square(w)))(params);
    await expectClose(grads.b, [0, 0]);
    await expectClose(grad((_p: Params) => scalar(3))(params).w, zeros([2, 2]));
    await expectClose(grad((p: { a: Tensor }) => p.a)({ a: scalar(2) }).a, 1);
  });

  it('hands through what else there is', async () => {
    const f = (p: Params, input: Tensor) => {
      const hidden = model(p, input);
      const value = sum(hidden);
      return [value, { hidden, same: [hidden, p.b, value], name: 'x', steps: 3 }] as const;
    };
    await expectNoLeak(() => valueAndGrad(f, { hasAux: true })(params, x));
    const { value, grads, aux } = valueAndGrad(f, { hasAux: true })(params, x);
    await expectClose(aux.hidden, model(params, x));
    await expectClose(aux.same[0], aux.hidden);
    await expectClose(aux.same[2], value);
    expect(aux.same[1]).not.toBe(params.b);
    expect([aux.name, aux.steps, grads.w.shape]).toEqual(['x', 3, [2, 2]]);
  });

  it('is exact to second order', async () => {
    const vector = {
      w: tensor([
        [1, 2],
        [-1, 0.5],
      ]),
      b: tensor([0.3, -1]),
    };
    const eps = 1e-2;
    const at = (t: number) => grad(loss)({ w: add(params.w, mul(vector.w, t)), b: add(params.b, mul(vector.b, t)) }, x);
    const [plus, minus, product] = [at(eps), at(-eps), hvp(loss)(params, vector, x)];
    await expectClose(product.w, mul(add(plus.w, mul(minus.w, -1)), 0.5 / eps), { rtol: 1e-2, atol: 2e-3 });
    await expectClose(hvp((p: Params) => sum(p.w))(params, vector).w, zeros([2, 2]));
    const { value, tangent } = jvp(model)(params, vector, x);
    await expectClose(value, model(params, x));
    // Along one row of the Jacobian at a time, the same by backward passes.
    for (const [i, unit] of [tensor([[1, 0]]), tensor([[0, 1]])].entries()) {
      const row = grad((p: Params) => sum(mul(model(p, x), unit)))(params);
      await expectClose((await tangent.data())[i]!, treeDot(row, vector), { rtol: 1e-4 });
    }
    await expectClose(jvp((p: Params) => p.b)(params, vector).tangent, vector.b);
    await expectClose(jvp((_p: Params) => scalar(2))(params, vector).tangent, 0);
  });

  it('can be taken within itself, under noGrad, within ops and in their backward passes', async () => {
    const cube = (t: Tensor) => mul(t, square(t));
    const at = scalar(2);
    const second = grad((a: Tensor) => sum(grad((b: Tensor) => cube(b))(a)));
    await expectClose(second(at), 12);
    await expectClose(grad((a: Tensor) => sum(second(a)))(at), 6);
    await expectClose(
      grad((a: Tensor) =>
        mul(
          a,
          noGrad(() => grad(cube)(a)),
        ),
      )(at),
      12,
    );
    const odd = (a: Tensor) =>
      differentiable(
        { a },
        (given) => grad(cube)(given.a),
        (given, upstream) => ({ a: () => mul(upstream, hvp(cube)(given.a, scalar(1))) }),
      );
    await expectNoLeak(() => grad(odd)(at));
    await expectClose(grad(odd)(at), 12);
    await expectClose(grad((a: Tensor) => jvp(cube)(a, scalar(1)).tangent)(at), 12);
  });

  it('moves variables of a model that does not take them as arguments', async () => {
    const [w, b] = [variable(params.w), variable(params.b)];
    const grads = grad((_p: Params) => loss({ w, b }, x))({ w, b });
    await expectClose(grads.w, grad(loss)(params, x).w);
    w.dispose();
    b.dispose();
  });

  it('leaves exactly its result behind', async () => {
    await expectNoLeak(() => grad(loss)(params, x));
    await expectNoLeak(() => valueAndGrad(loss)(params, x));
    await expectNoLeak(() => hvp(loss)(params, params, x));
    await expectNoLeak(() => jvp(model)(params, params, x));
    await expectNoLeak(() => grad((p: Params) => sum(p.b))({ w: params.b, b: params.b }));
    await expectNoLeak(() => valueAndGrad((p: Tensor) => p)(scalarOnce));
    await expectNoLeak(() => valueAndGrad(() => scalarOnce)({}));
  });
  const scalarOnce = keep(scalar(1));

  it('leaves tfjs as it was when the function throws', async () => {
    const before = engineState();
    const no = (p: Params): Tensor => {
      const y = exp(p.w);
      keep(y).dispose();
      mul(y.isDisposed ? p.w : y, p.w);
      throw new Error('no');
    };
    const inAux = (p: Params) => [mul(p.w, 2), { y: mul(p.w, 3) }] as const;
    const calls: (() => unknown)[] = [
      () => grad(no)(params),
      () => hvp(no)(params, params),
      () => jvp(no)(params, params),
      () => grad((p: Params) => sum(grad(no)(p).w))(params),
      () => grad((p: Params) => sum(noGrad(() => grad(no)(p)).w))(params),
      () => valueAndGrad(inAux, { hasAux: true })(params),
      () =>
        grad((p: Params) => {
          engine().startScope('open');
          return no(p);
        })(params),
      () =>
        grad((p: Params) =>
          sum(
            differentiable(
              { w: p.w },
              ({ w }) => mul(w, 2),
              () => no(p) as never,
            ),
          ),
        )(params),
      () =>
        grad((p: Params) =>
          differentiable(
            { w: p.w },
            () => no(p),
            () => ({}),
          ),
        )(params),
    ];
    for (const call of calls) {
      expect(call).toThrow();
      expect(engineState()).toEqual(before);
    }
    // A throw that is caught inside leaves the outer gradient whole.
    const caught = grad((p: Params) => {
      try {
        grad(no)(p);
      } catch {
        return sum(square(p.b));
      }
      return scalar(0);
    });
    await expectClose(caught(params).b, [0.2, -0.6]);
    await expectNoLeak(() => caught(params));
  });
});

describe('what is refused', () => {
  const params = { w: tensor([1, 2]) };
  type P = typeof params;
  const ok = (p: P) => sum(p.w);
  it.each<[string, () => unknown, SurrogateErrorCode, string, string]>([
    ['no function', () => grad(3 as never), 'dtype', 'grad', 'f'],
    ['a value that is no scalar', () => grad((p: P) => p.w)(params), 'shape', 'grad', 'f'],
    ['a number', () => valueAndGrad((() => 3) as never)(params), 'dtype', 'valueAndGrad', 'f'],
    ['an integer', () => grad((_p: P) => scalar(1, 'int32'))(params), 'dtype', 'grad', 'f'],
    ['integer parameters', () => grad(ok)({ w: tensor([1], [1], 'int32') }), 'dtype', 'grad', 'params'],
    ['a parameter that is no tensor', () => hvp(ok)({ w: 3 } as never, params), 'dtype', 'hvp', 'params'],
    ['a vector of another form', () => hvp(ok)(params, { w: tensor([1]) }), 'shape', 'hvp', 'vector'],
    ['a direction of another form', () => jvp(ok)(params, {} as never), 'shape', 'jvp', 'tangent'],
    ['no pair', () => valueAndGrad(ok as never, { hasAux: true })(params), 'dtype', 'valueAndGrad', 'f'],
    ['a promise', () => valueAndGrad((async () => scalar(1)) as never)(params), 'dtype', 'valueAndGrad', 'f'],
  ])('%s', async (_title, call, code, fn, argument) => {
    await expectSurrogateError(() => tidy(() => void call()), { code, fn, argument });
  });

  it('a disposed parameter', async () => {
    const dead = treeMap(params, square);
    dead.w.dispose();
    await expectSurrogateError(() => grad(ok)(dead), { code: 'disposed', fn: 'grad', argument: 'params' });
  });
});
