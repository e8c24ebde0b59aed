/** @file Prompts of linear regression, and what the best in-context learner of them does. */
import { checkAtLeast, checkFinite, checkInteger, checkRng, fail, type Rng } from '@surrogate/core';
import { checkMatrix, cholesky, identityMatrix, solveTriangular, type Matrix } from '@surrogate/core/host';

/** What {@link optimalIclStep} is told. */
export interface InContextOptions {
  /** n, how many examples a prompt has, >= 1. */
  examples: number;
  /** d, >= 1. */
  inputs: number;
  /** σ², of the examples' noise, >= 0. Default 0. */
  noiseVariance?: number | undefined;
}

/** What {@link drawPrompts} is told. */
export interface PromptOptions extends InContextOptions {
  /** B, how many prompts, >= 1. */
  prompts: number;
  /** Σ of the inputs, d x d, positive definite; weights have its inverse. Default the identity. */
  covariance?: Matrix | undefined;
}

/** Prompts as numbers, for `tensor(context, [B, n, d + 1])`. */
export interface DrawnPrompts {
  /** B x n x (d + 1): x and y of each example. */
  readonly context: Float32Array;
  /** B x d. */
  readonly query: Float32Array;
  /** B: what the query's y is, without noise. */
  readonly target: Float32Array;
}

function checkSizes(fn: string, { examples, inputs, noiseVariance = 0 }: InContextOptions): number {
  checkInteger(fn, 'examples', examples, 1);
  checkInteger(fn, 'inputs', inputs, 1);
  checkAtLeast(fn, 'noiseVariance', noiseVariance, 0);
  return noiseVariance;
}

/**
 * The step size at which one step of gradient descent is the best that one layer of linear self-attention can do, for normal inputs and weights of the identity's covariance.
 *
 * $$ \eta^* = \frac{1}{n + d + 1 + \sigma^2} $$
 *
 * The loss that is left on a query without noise is d (1 - n η*). The constant is derived here from Gaussian moments, E[y s] / E[s²] with s = Σ yᵢ ⟨xᵢ, x⟩.
 *
 * @param options n, d and σ².
 * @returns η*.
 * @throws SurrogateError `range`.
 * @see Mahankali, Hashimoto, Ma: One Step of Gradient Descent is Provably the Optimal In-Context Learner with One Layer of Linear Self-Attention, 2023. arXiv:2307.03576
 * @example
 * import { optimalIclStep } from '@surrogate/diagnostics';
 * optimalIclStep({ examples: 20, inputs: 5 }); // 0.0384615385
 */
export function optimalIclStep(options: InContextOptions): number {
  const noiseVariance = checkSizes('optimalIclStep', options);
  return 1 / (options.examples + options.inputs + 1 + noiseVariance);
}

/**
 * The layer of linear self-attention that takes one step of gradient descent.
 *
 * $$ p = (0, \dots, 0, 1), \qquad A = \begin{pmatrix} \eta n P & 0 \\ 0 & 0 \end{pmatrix} $$
 *
 * @param eta η.
 * @param examples n.
 * @param preconditioner P, d x d; `identityMatrix(d)` for plain descent.
 * @returns A and p, as `linearSelfAttention` takes them.
 * @throws SurrogateError `range`, `shape`, `dtype`.
 * @see Mahankali, Hashimoto, Ma: One Step of Gradient Descent is Provably the Optimal In-Context Learner with One Layer of Linear Self-Attention, 2023. arXiv:2307.03576
 * @example
 * import { attentionOfOneStep } from '@surrogate/diagnostics';
 * import { identityMatrix } from '@surrogate/core/host';
 * attentionOfOneStep(0.1, 2, identityMatrix(1)).attention; // [[0.2, 0], [0, 0]]
 */
export function attentionOfOneStep(eta: number, examples: number, preconditioner: Matrix): { attention: number[][]; value: number[] } {
  const fn = 'attentionOfOneStep';
  checkFinite(fn, 'eta', eta);
  checkInteger(fn, 'examples', examples, 1);
  checkMatrix(fn, 'preconditioner', preconditioner);
  const { rows: d, cols, data } = preconditioner;
  if (cols !== d) fail('shape', fn, 'preconditioner', `must be square, got ${d} x ${cols}`);
  const each = Array.from({ length: d + 1 }, (_, i) => i);
  return {
    attention: each.map((i) => each.map((j) => (i < d && j < d ? eta * examples * data[i * d + j]! : 0))),
    value: each.map((i) => Number(i === d)),
  };
}

/**
 * Draws prompts of linear regression: each has weights of its own, examples with noise, and a query.
 *
 * $$ x \sim \mathcal{N}(0, \Sigma), \quad w \sim \mathcal{N}(0, \Sigma^{-1}), \quad y = \langle w, x \rangle + \mathcal{N}(0, \sigma^2) $$
 *
 * @param options sizes, noise, covariance.
 * @param rng the generator; it moves on.
 * @returns contexts, queries and their targets.
 * @throws SurrogateError `range`, `shape`, `dtype`.
 * @see Garg, Tsipras, Liang, Valiant: What Can Transformers Learn In-Context? A Case Study of Simple Function Classes, 2022. arXiv:2208.01066
 * @example
 * import { rng } from '@surrogate/core';
 * import { drawPrompts } from '@surrogate/diagnostics';
 * drawPrompts({ prompts: 4, examples: 3, inputs: 2 }, rng(0)).context.length; // 36
 */
export function drawPrompts(options: PromptOptions, rng: Rng): DrawnPrompts {
  const fn = 'drawPrompts';
  const { prompts, examples, inputs: d, covariance = identityMatrix(d) } = options;
  const noise = Math.sqrt(checkSizes(fn, options));
  checkInteger(fn, 'prompts', prompts, 1);
  checkRng(fn, 'rng', rng);
  checkMatrix(fn, 'covariance', covariance);
  if (covariance.rows !== d || covariance.cols !== d)
    fail('shape', fn, 'covariance', `must be ${d} x ${d}, got ${covariance.rows} x ${covariance.cols}`);
  const root = cholesky(covariance);
  const [context, query, target] = [
    new Float32Array(prompts * examples * (d + 1)),
    new Float32Array(prompts * d),
    new Float32Array(prompts),
  ];
  const noises = new Float64Array(d);
  let weights = noises;
  /** Writes inputs, L times a normal vector, and returns their y. Training draws millions: nothing is allocated. */
  const write = (to: Float32Array, at: number) => {
    rng.fillNormal(noises);
    let y = 0;
    for (let j = 0; j < d; j++) {
      let x = 0;
      for (let k = 0; k <= j; k++) x += root.data[j * d + k]! * noises[k]!;
      to[at + j] = x;
      y += weights[j]! * x;
    }
    return y;
  };
  for (let b = 0; b < prompts; b++) {
    // L⁻ᵀ of a normal vector has the inverse covariance.
    weights = solveTriangular(root, rng.fillNormal(new Float64Array(d)), { transposed: true });
    for (let i = 0; i < examples; i++) {
      const at = (b * examples + i) * (d + 1);
      context[at + d] = write(context, at) + noise * rng.normal();
    }
    target[b] = write(query, b * d);
  }
  return { context, query, target };
}
