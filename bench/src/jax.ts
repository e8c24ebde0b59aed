/** @file jax-js as a contender: the same work in its own terms, compiled for its wasm backend. Its functions take their arguments over, hence `ref`. */
import type * as Jax from '@jax-js/jax';
import type { Run } from './workload.js';

type JaxArray = Jax.Array;

const loaded = async () => {
  const jax = await import('@jax-js/jax');
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  return jax;
};

/** Numbers of about unit variance. */
function normals(jax: typeof Jax, shape: number[], seed: number, scale = 1): JaxArray {
  let state = (Math.imul(seed, 0x9e3779b1) + 1) >>> 0;
  const uniform = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1;
  const size = shape.reduce((a, b) => a * b, 1);
  return jax.numpy.array(
    Float32Array.from({ length: size }, () => scale * (uniform() + uniform() + uniform())),
    { shape },
  );
}

const oneHotIds = ({ numpy, nn }: typeof Jax, rows: number, classes: number) =>
  nn.oneHot(numpy.array(Int32Array.from({ length: rows }, (_, i) => (i * 7919) % classes), { shape: [rows], dtype: numpy.int32 }), classes); // prettier-ignore

/** Calls a compiled function with what it may use up, waits, and lets go of the result. */
const running =
  (jax: typeof Jax, f: (...inputs: JaxArray[]) => JaxArray | JaxArray[], inputs: readonly JaxArray[]): Run =>
  async () => {
    const returned = f(...inputs.map((x) => x.ref));
    const made = Array.isArray(returned) ? returned : [returned];
    await jax.blockUntilReady(made);
    made.forEach((x) => x.dispose());
  };

/** The gradient of a loss of rows of logits, and what else it looks at. */
async function rowGradient(
  loss: (jax: typeof Jax, logits: JaxArray, other: JaxArray) => JaxArray,
  inputs: (jax: typeof Jax) => readonly [JaxArray, JaxArray],
): Promise<Run> {
  const jax = await loaded();
  const slope = jax.jit(jax.grad((logits: JaxArray, other: JaxArray) => loss(jax, logits, other)));
  return running(jax, slope, inputs(jax));
}

/** Cross-entropy of class ids, forward and backward. */
export const jaxCrossEntropy = (rows: number, classes: number) => () =>
  rowGradient(
    ({ numpy: np, nn }, z, dense) => np.mean(np.subtract(nn.logsumexp(z.ref, 1), np.sum(np.multiply(z, dense), 1))),
    (jax) => [normals(jax, [rows, classes], 1, 2), oneHotIds(jax, rows, classes)],
  );

/** Distillation: the divergence of a student from its teacher. */
export const jaxDivergence = (rows: number, classes: number) => () =>
  rowGradient(
    ({ numpy: np, nn }, student, logP) => {
      const cells = np.multiply(np.exp(logP.ref), np.subtract(logP, nn.logSoftmax(student, 1)));
      return np.mean(np.sum(cells, 1));
    },
    (jax) => [normals(jax, [rows, classes], 1, 2), jax.nn.logSoftmax(normals(jax, [rows, classes], 2, 2), 1)],
  );

/** Bradley-Terry on the log-probabilities of two halves of a batch. */
export const jaxPreference = (sequences: number, tokens: number, vocabulary: number) => () =>
  rowGradient(
    ({ numpy: np, nn }, z, dense) => {
      const logProbs = np.subtract(np.sum(np.multiply(z.ref, dense), 1), nn.logsumexp(z, 1));
      const sums = np.sum(np.reshape(logProbs, [2, sequences / 2, tokens]), 2);
      const signs = np.array([[1], [-1]]);
      return np.mean(np.negative(nn.logSigmoid(np.multiply(0.1, np.sum(np.multiply(sums, signs), 0)))));
    },
    (jax) => [normals(jax, [sequences * tokens, vocabulary], 1, 2), oneHotIds(jax, sequences * tokens, vocabulary)],
  );

/** A product of two matrices. */
export const jaxProduct = (m: number, n: number, k: number, transposeA: boolean, transposeB: boolean) => async () => {
  const jax = await loaded();
  const { numpy: np } = jax;
  const turned = (x: JaxArray, turn: boolean) => (turn ? np.transpose(x) : x);
  const product = jax.jit((a: JaxArray, b: JaxArray) => np.matmul(turned(a, transposeA), turned(b, transposeB)));
  return running(jax, product, [normals(jax, transposeA ? [k, m] : [m, k], 1), normals(jax, transposeB ? [n, k] : [k, n], 2)]);
};

/** AdamW over a million numbers in one array, as one compiled function of parameter, gradient and moments. */
export const jaxAdamW = async () => {
  const jax = await loaded();
  const { numpy: np } = jax;
  const step = jax.jit((p: JaxArray, g: JaxArray, m: JaxArray, v: JaxArray) => {
    const first = np.add(np.multiply(m, 0.9), np.multiply(g.ref, 0.1));
    const second = np.add(np.multiply(v, 0.999), np.multiply(np.square(g), 0.001));
    const along = np.divide(np.multiply(first.ref, 1.535), np.add(np.sqrt(np.multiply(second.ref, 100.5)), 1e-8));
    return [np.subtract(p.ref, np.multiply(1e-3, np.add(along, np.multiply(1e-4, p)))), first, second];
  });
  const size = [1_000_000];
  const inputs = [normals(jax, size, 1), normals(jax, size, 2, 0.1), normals(jax, size, 3, 0.1), np.square(normals(jax, size, 4, 0.1))];
  return running(jax, step, inputs);
};

/** One array's step: the new parameter, and what is remembered of it. */
type JaxRule = (jax: typeof Jax, p: JaxArray, g: JaxArray, memory: readonly JaxArray[]) => JaxArray[];

const jaxRules: Readonly<Record<string, { readonly remembers: number; readonly rule: JaxRule }>> = {
  sgd: { remembers: 0, rule: ({ numpy: np }, p, g) => [np.subtract(p, np.multiply(1e-3, g))] },
  momentum: {
    remembers: 1,
    rule({ numpy: np }, p, g, [m]) {
      const next = np.add(np.multiply(m!, 0.9), g);
      return [np.subtract(p, np.multiply(1e-3, next.ref)), next];
    },
  },
  adamw: {
    remembers: 2,
    rule({ numpy: np }, p, g, [m, v]) {
      const first = np.add(np.multiply(m!, 0.9), np.multiply(g.ref, 0.1));
      const second = np.add(np.multiply(v!, 0.999), np.multiply(np.square(g), 0.001));
      const along = np.divide(np.multiply(first.ref, 1.535), np.add(np.sqrt(np.multiply(second.ref, 100.5)), 1e-8));
      return [np.subtract(p.ref, np.multiply(1e-3, np.add(along, np.multiply(1e-4, p)))), first, second];
    },
  },
};

/** The optimizers that can be written in a line of jax-js, over matrices, all in one compiled function. */
export const jaxOptimizers = Object.keys(jaxRules);

/** A step of one of them. */
export const jaxOptimizer = (name: string, shape: readonly number[], count: number) => async () => {
  const jax = await loaded();
  const { remembers, rule } = jaxRules[name]!;
  const each = 2 + remembers;
  const step = jax.jit((...inputs: JaxArray[]) =>
    Array.from({ length: count }, (_, i) => inputs.slice(i * each, (i + 1) * each)).flatMap(([p, g, ...memory]) =>
      rule(jax, p!, g!, memory),
    ),
  );
  const inputs = Array.from({ length: count * each }, (_, i) => {
    const drawn = normals(jax, [...shape], i, 0.1);
    // A mean of squares is the last of an array's.
    return remembers === 2 && i % each === 3 ? jax.numpy.square(drawn) : drawn;
  });
  return running(jax, step, inputs);
};
