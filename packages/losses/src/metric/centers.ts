/** @file The frame of losses of embeddings against centres of classes: what is masked out never meets a centre. */
import {
  asTensor,
  checkRank,
  checkShape,
  classLossScope,
  l2Normalize,
  select,
  type ClassLossOptions,
  type ClassRows,
  type Labels,
  type TensorLike,
} from '@surrogate/core';
import {
  broadcastTo,
  cast,
  expandDims,
  matMul,
  notEqual,
  ones,
  reshape,
  tidy,
  zeros,
  zerosLike,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';

/** What every loss of embeddings against centres takes. */
export type CenterLossOptions = Omit<ClassLossOptions, 'axis'>;

/** The name of the argument that holds the centres. */
type CentersName = 'centers' | 'proxies';

/** Embeddings `[B, D]`, harmless where they do not count, and centres. */
export interface Centred {
  readonly embeddings: Tensor;
  readonly centers: Tensor;
}

/** What the body of a loss works with. */
export interface CentredRows extends Centred {
  /** 0/1 `[B]`: which embeddings count at all. */
  readonly present: Tensor;
}

/** The arguments of a loss of embeddings against centres. */
export interface CenterInputs {
  readonly embeddings: TensorLike;
  readonly centers: TensorLike;
  readonly labels: Labels;
}

/**
 * Compares embeddings with centres, and runs a body on one row of comparisons an embedding.
 *
 * @param fn the public function.
 * @param perClass whether there are several centres a class: `[K, C, D]` rather than `[K, D]`.
 * @param compare gives the `[B, K]` that stands for logits.
 * @param body gives one loss an embedding.
 */
export function centerScope(
  fn: string,
  { embeddings, centers, labels }: CenterInputs,
  options: CenterLossOptions,
  compare: (inputs: Centred) => Tensor,
  body: (rows: ClassRows, inputs: CentredRows) => Tensor,
  { perClass = false, name = 'centers' }: { perClass?: boolean; name?: CentersName } = {},
): Tensor {
  return tidy(() => {
    const x = asTensor(fn, 'embeddings', embeddings);
    checkRank(fn, 'embeddings', x.shape, 2);
    const c = asTensor(fn, name, centers);
    checkShape(fn, name, c.shape, [null, ...(perClass ? [null] : []), x.shape[1]!]);
    const size = [x.shape[0], c.shape[0]];
    if (x.size === 0 || c.size === 0)
      return classLossScope(fn, { logits: zeros(size), labels }, options, (rows) => zeros(rows.logits.shape.slice(0, 1)));
    const weights = classLossScope(fn, { logits: zeros(size), labels }, { ...options, reduction: 'none' }, () => ones([size[0]!]));
    const counted = notEqual(weights, 0);
    const alive: Tensor = broadcastTo(expandDims(cast(counted, 'bool'), 1), x.shape);
    const inputs = { embeddings: select(alive, x, zerosLike(x)), centers: c, present: cast(counted, 'float32') };
    return classLossScope(fn, { logits: compare(inputs), labels }, options, (rows) => body(rows, inputs));
  });
}

/** Cosines of embeddings `[B, D]` with centres `[K, D]`, `[B, K]`. */
export const cosinesOf = ({ embeddings, centers }: Centred): Tensor =>
  matMul(l2Normalize(embeddings) as Tensor2D, l2Normalize(centers) as Tensor2D, false, true);

/** Cosines of embeddings `[B, D]` with several centres a class `[K, C, D]`, `[B, K, C]`. */
export function manyCosinesOf({ embeddings, centers }: Centred): Tensor {
  const [classes, each, width] = centers.shape as [number, number, number];
  const flat = cosinesOf({ embeddings, centers: reshape(centers, [classes * each, width]) });
  return reshape(flat, [-1, classes, each]);
}
