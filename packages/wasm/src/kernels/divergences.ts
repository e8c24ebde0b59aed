/** @file Divergences between rows of logits. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.js';
import { kept, rowsAndClasses } from './softmaxRows.js';

/** SurrogateKlRows. */
export const klRows: Kernel = (call) => {
  const { heap } = call;
  const { p, q } = call.inputs as { p: TensorInfo; q: TensorInfo };
  const [n, k] = rowsAndClasses(p);
  const out = heap.make(p.shape.slice(0, -1));
  const states = [heap.make([n, 2]), heap.make([n, 2])];
  const addresses = [p, q, out, ...states].map((tensor) => heap.address(tensor));
  heap.run.klRows(...addresses, n, k, 1 / (call.attrs['temperature'] as number));
  return kept(call, out, ...states);
};

/** SurrogateKlRowsGrad: by the one that is asked for. */
export const klRowsGrad: Kernel = ({ inputs, attrs, heap }) => {
  const { p, q, residual0, residual1, upstream } = inputs as Record<'p' | 'q' | 'residual0' | 'residual1' | 'upstream', TensorInfo>;
  const [n, k] = rowsAndClasses(p);
  const out = heap.make(p.shape);
  const addresses = [p, q, residual0, residual1, upstream, out].map((tensor) => heap.address(tensor));
  const run = attrs['by'] === 'p' ? heap.run.klRowsGradP : heap.run.klRowsGradQ;
  run(...addresses, n, k, 1 / (attrs['temperature'] as number));
  return [out];
};

interface MixtureNumbers {
  readonly temperature: number;
  readonly share: number;
  readonly weightP: number;
  readonly weightQ: number;
}

const mixtureNumbers = ({ temperature, share, weightP, weightQ }: MixtureNumbers) => [1 / temperature, share, weightP, weightQ] as const;

/** SurrogateMixtureKlRows. */
export const mixtureKlRows: Kernel = (call) => {
  const { heap } = call;
  const { p, q } = call.inputs as { p: TensorInfo; q: TensorInfo };
  const [n, k] = rowsAndClasses(p);
  const out = heap.make(p.shape.slice(0, -1));
  const states = [heap.make([n, 2]), heap.make([n, 2])];
  const addresses = [p, q, out, ...states].map((tensor) => heap.address(tensor));
  heap.run.mixtureRows(...addresses, n, k, ...mixtureNumbers(call.attrs as unknown as MixtureNumbers));
  return kept(call, out, ...states);
};

/** SurrogateMixtureKlRowsGrad: by the one that is asked for. */
export const mixtureKlRowsGrad: Kernel = ({ inputs, attrs, heap }) => {
  const { p, q, residual0, residual1, upstream } = inputs as Record<'p' | 'q' | 'residual0' | 'residual1' | 'upstream', TensorInfo>;
  const out = heap.make(p.shape);
  const [scale, share, weightP, weightQ] = mixtureNumbers(attrs as unknown as MixtureNumbers);
  const byP = attrs['by'] === 'p';
  // The two are alike: the other's share of the mixture is what is left.
  const rows = byP ? [p, q, residual0, residual1] : [q, p, residual1, residual0];
  const addresses = [...rows, upstream, out].map((tensor) => heap.address(tensor));
  const numbers = byP ? [share, weightP, weightQ] : [1 - share, weightQ, weightP];
  heap.run.mixtureRowsGrad(...addresses, ...rowsAndClasses(p), scale, ...numbers);
  return [out];
};
