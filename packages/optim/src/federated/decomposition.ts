/** @file Where the loss of federated training comes from: the clients, the differences between them, the averaging. */
import { fail } from '@surrogate/core';
import { checkFunction } from '../host/vectors.js';
import { checkModels } from '../merging/soups.js';

/** The parts of a federated model's loss; they add up to it. */
export interface FederatedLossParts {
  /** What each client's model loses on its own data, on average. */
  readonly local: number;
  /** What the clients' models lose beyond that on everybody's data. */
  readonly distributionShift: number;
  /** What the combined model loses beyond the clients' models; below 0 where combining helps. */
  readonly aggregation: number;
  /** The combined model's loss on everybody's data. */
  readonly global: number;
}

/**
 * Splits the loss of a model that was combined from clients' models into three parts.
 *
 * $$ L(\bar w) = \underbrace{\tfrac1K \sum_k L_k(w_k)}_{\text{local}} + \underbrace{\tfrac1K \sum_k \big( L(w_k) - L_k(w_k) \big)}_{\text{distribution shift}} + \underbrace{L(\bar w) - \tfrac1K \sum_k L(w_k)}_{\text{aggregation}}, \qquad L = \tfrac1K \sum_k L_k $$
 *
 * It asks for (K + 1) K losses, one after another.
 *
 * @param localModels the clients' models after their own training, K of them.
 * @param globalModel what was made of them.
 * @param loss the loss of a model on a client's data, by the client's place.
 * @returns a promise of the parts.
 * @throws SurrogateError `shape` for no model, `dtype`, `range` where a loss is not finite.
 * @see Zeng et al.: Tackling Data Heterogeneity in Federated Learning via Loss Decomposition, 2024. arXiv:2408.12300
 * @example
 * import { federatedLossDecomposition } from '@surrogate/optim';
 * const wanted = [-1, 1];
 * const { local, distributionShift, aggregation } = await federatedLossDecomposition([-1, 1], 0, (w, client) => (w - wanted[client]) ** 2);
 * [local, distributionShift, aggregation]; // [0, 2, -1]
 */
export async function federatedLossDecomposition<M>(
  localModels: readonly M[],
  globalModel: M,
  loss: (model: M, client: number) => number | Promise<number>,
): Promise<FederatedLossParts> {
  const fn = 'federatedLossDecomposition';
  checkModels(fn, localModels);
  checkFunction(fn, 'loss', loss);
  const clients = localModels.length;
  const ask = async (model: M, client: number): Promise<number> => {
    const value = await loss(model, client);
    if (!Number.isFinite(value)) fail('range', fn, 'loss', `must return finite numbers, got ${value} for client ${client}`);
    return value;
  };
  const everywhere = async (model: M): Promise<number[]> => {
    const losses: number[] = [];
    for (let client = 0; client < clients; client++) losses.push(await ask(model, client));
    return losses;
  };
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / clients;
  const [own, shared]: [number[], number[]] = [[], []];
  for (const [k, model] of localModels.entries()) {
    const losses = await everywhere(model);
    own.push(losses[k]!);
    shared.push(mean(losses));
  }
  const global = mean(await everywhere(globalModel));
  const local = mean(own);
  return { local, distributionShift: mean(shared) - local, aggregation: global - mean(shared), global };
}
