/** @file How clients' models are kept near one another, and made into one. */
import { addN, matMul, mul, reshape, stack, tidy, type Scalar, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import {
  checkAtLeast,
  checkBetween,
  checkBoolean,
  detach,
  treeDot,
  treeLeaves,
  treeMap,
  treeSub,
  treeZip,
  type TensorTree,
} from '@surrogate/core';
import { eigh, type Matrix } from '@surrogate/core/host';
import { checkModels } from '../merging/soups.js';

/**
 * The term by which FedProx holds a client's model near the one that it was given.
 *
 * $$ \tfrac{\mu}{2} \lVert w - w_0 \rVert^2 $$
 *
 * @param params w, a tree of float32 parameters; gradients flow to these.
 * @param reference w₀, a tree of its form; a constant.
 * @param strength μ, >= 0.
 * @returns a float32 scalar.
 * @throws SurrogateError `shape` where the trees differ in form, `range`, `dtype`, `disposed`.
 * @see Li, Sahu, Zaheer, Sanjabi, Talwalkar, Smith: Federated Optimization in Heterogeneous Networks, 2018. arXiv:1812.06127
 * @example
 * import { proximalPenalty } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * (await proximalPenalty({ w: tensor([1, 3]) }, { w: tensor([1, 1]) }, 0.5).data())[0]; // 1
 */
export function proximalPenalty<P extends TensorTree<P>>(params: P, reference: P, strength: number): Scalar {
  checkAtLeast('proximalPenalty', 'strength', strength, 0);
  return tidy(() => {
    const gap = treeSub(params, treeMap(reference, detach));
    return mul<Scalar>(treeDot(gap, gap), strength / 2);
  });
}

/** Options of {@link principalGradientAggregate}. */
export interface PrincipalAggregateOptions {
  /** The part of the directions that is kept, those of most variance first, in (0, 1]. Default 0.8. */
  proportion?: number | undefined;
  /** Give each tensor the length that the mean of the clients' updates has. Default false, as in the authors' code. */
  rescale?: boolean | undefined;
}

/** How much each client's update counts, from their inner products: Σⱼ sign(dᵢ·vⱼ) (sⱼ/Σs) ‖dᵢ‖ vⱼ/‖vⱼ‖, vⱼ = Dᵀeⱼ, averaged over i. */
function shares(gram: Matrix, kept: number, rescale: boolean): Float64Array {
  const k = gram.rows;
  const { values, vectors } = eigh(gram);
  const total = values.reduce((sum, s) => sum + Math.max(0, s), 0);
  const share = new Float64Array(k);
  const column = (j: number): Float64Array => Float64Array.from({ length: k }, (_, i) => vectors.data[i * k + j]!);
  const times = (v: Float64Array): Float64Array => v.map((_, i) => v.reduce((sum, e, l) => sum + gram.data[i * k + l]! * e, 0));
  for (let rank = 0; rank < kept; rank++) {
    const s = values[k - 1 - rank]!;
    // What rounding leaves of a direction that is not there.
    if (s <= 1e-6 * values[k - 1]!) break;
    const e = column(k - 1 - rank);
    const along = times(e);
    let pull = 0;
    for (let i = 0; i < k; i++) pull += Math.sign(along[i]!) * Math.sqrt(Math.max(0, gram.data[i * k + i]!));
    // ‖vⱼ‖² is the eigenvalue of D Dᵀ.
    const scale = (pull * s) / (total * Math.sqrt(s) * k);
    for (let i = 0; i < k; i++) share[i]! += scale * e[i]!;
  }
  if (!rescale) return share;
  const lengthOf = (v: Float64Array): number =>
    Math.sqrt(
      Math.max(
        0,
        times(v).reduce((sum, a, i) => sum + a * v[i]!, 0),
      ),
    );
  const [now, wanted] = [lengthOf(share), lengthOf(new Float64Array(k).fill(1 / k))];
  return now === 0 ? share : share.map((v) => (v * wanted) / now);
}

/**
 * Combines clients' updates along the directions that they have in common, tensor by tensor: each client moves along the principal directions by the length of its update, and its smaller disagreements are left out.
 *
 * $$ \frac1K \sum_i \sum_{j \le k} \operatorname{sign}(d_i \cdot v_j)\, \frac{s_j}{\sum_l s_l}\, \lVert d_i \rVert\, \frac{v_j}{\lVert v_j \rVert}, \qquad \tfrac1K D D^\top e_j = s_j e_j, \quad v_j = D^\top e_j, \quad k = \lfloor \rho K \rfloor $$
 *
 * Only the signs of the projections count, so that a step is shorter than the mean's; tensors of one element are averaged. The K x K inner products are read and factored on the host, so it is asynchronous on every backend.
 *
 * @param updates what each client's parameters have moved by, K trees of one form, float32.
 * @returns a promise of one tree of their form, to add to the parameters.
 * @throws SurrogateError `shape` where trees differ in form or there is none, `range`, `dtype`, `disposed`.
 * @see Zeng et al.: Tackling Data Heterogeneity in Federated Learning via Loss Decomposition, 2024. arXiv:2408.12300
 * @example
 * import { principalGradientAggregate } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const updates = [[1, 0], [0.8, 0.6], [1, -0.2]].map((w) => ({ w: tensor(w) }));
 * await (await principalGradientAggregate(updates)).w.data(); // [0.883926, 0.067634]
 */
export async function principalGradientAggregate<P extends TensorTree<P>>(
  updates: readonly P[],
  { proportion = 0.8, rescale = false }: PrincipalAggregateOptions = {},
): Promise<P> {
  const fn = 'principalGradientAggregate';
  checkModels(fn, updates);
  checkBetween(fn, 'proportion', proportion, Number.MIN_VALUE, 1, true);
  checkBoolean(fn, 'rescale', rescale);
  const clients = updates.length;
  const kept = Math.max(1, Math.floor(proportion * clients));
  // Trees of another form are refused before anything is read.
  tidy(() => updates.slice(1).forEach((update) => treeZip(updates[0]!, update, (a) => a)));
  const leaves = updates.map((update) => treeLeaves(update));
  const weights = new Map<string, Float64Array>();
  for (const [at, { path, tensor }] of leaves[0]!.entries()) {
    if (tensor.size <= 1) {
      weights.set(path, new Float64Array(clients).fill(1 / clients));
      continue;
    }
    const gram = tidy(() => {
      const rows = stack(leaves.map((tree) => reshape(tree[at]!.tensor, [-1]))) as Tensor2D;
      return matMul(rows, rows, false, true);
    });
    try {
      const data = Float64Array.from(await gram.data<'float32'>());
      // Two products of the same numbers may differ in the last digit on a device.
      const even = data.map((v, i) => (v + data[(i % clients) * clients + Math.floor(i / clients)]!) / 2);
      weights.set(path, shares({ rows: clients, cols: clients, data: even }, kept, rescale));
    } finally {
      gram.dispose();
    }
  }
  const paths = leaves[0]!.map(({ path }) => path);
  return tidy(() => {
    let at = 0;
    return treeMap(updates[0]!, (): Tensor => {
      const share = weights.get(paths[at]!)!;
      const parts = leaves.map((tree, i) => mul(tree[at]!.tensor, share[i]!));
      at++;
      return addN(parts);
    }) as never;
  });
}
