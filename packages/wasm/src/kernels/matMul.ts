/** @file Matrix products of every transpose and batch. */
import { broadcast_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Heap } from '../heap/heap.js';
import { transposed } from './transpose.js';
import type { Kernel } from './kernel.js';

interface Transposes {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** Where in a tensor of some batch shape the matrices are that a broadcast batch asks for, in matrices. */
function batchPlaces(shape: readonly number[], batch: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides.unshift(shape[i] === 1 ? 0 : stride);
    stride *= shape[i]!;
  }
  const offset = batch.length - shape.length;
  let places = [0];
  batch.forEach((size, i) => {
    const step = i < offset ? 0 : strides[i - offset]!;
    places = places.flatMap((place) => Array.from({ length: size }, (_, j) => place + j * step));
  });
  return places;
}

/** A · B on the heap. */
export function multiply(heap: Heap, a: TensorInfo, b: TensorInfo, { transposeA = false, transposeB = false }: Transposes): TensorInfo {
  if (a.dtype !== 'float32' || b.dtype !== 'float32')
    throw new Error(`matMul: the wasm backend multiplies float32, got ${a.dtype} and ${b.dtype}`);
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const batch = broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
  const [rowsA, columnsA] = a.shape.slice(-2) as [number, number];
  const [rowsB, columnsB] = b.shape.slice(-2) as [number, number];
  const [m, k] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const [inner, n] = transposeB ? [columnsB, rowsB] : [rowsB, columnsB];
  if (inner !== k) throw new Error(`matMul: inner sizes differ, got [${a.shape.join(', ')}] and [${b.shape.join(', ')}], transposed ${transposeA} and ${transposeB}`); // prettier-ignore
  const out = heap.make([...batch, m, n]);
  const [countA, countB, count] = [sizeOf(batchA), sizeOf(batchB), sizeOf(batch)];
  if (count * m * n === 0) return out;
  const [atA, atB, atOut] = [heap.address(a), heap.address(b), heap.address(out)];
  const [stepA, stepB, stepOut] = [m * k * 4, k * n * 4, m * n * 4];
  const run = (firstA: number, strideA: number, firstB: number, strideB: number, first: number, times: number, rows: number) =>
    heap.scratch(heap.run.matMulScratch(rows, n, k), (scratch) =>
      heap.run.batchMatMul(firstA, strideA, firstB, strideB, first, stepOut, times, rows, n, k, +transposeA, +transposeB, scratch),
    );
  // One matrix for all rows of all batches is one large product.
  if (countB === 1 && countA === count && !transposeA) run(atA, 0, atB, 0, atOut, 1, count * m);
  else if ((countA === count || countA === 1) && (countB === count || countB === 1))
    run(atA, countA === 1 ? 0 : stepA, atB, countB === 1 ? 0 : stepB, atOut, count, m);
  else {
    const placesB = batchPlaces(batchB, batch);
    batchPlaces(batchA, batch).forEach((place, i) => run(atA + place * stepA, 0, atB + placesB[i]! * stepB, 0, atOut + i * stepOut, 1, m));
  }
  return out;
}

/** BatchMatMul. */
export const batchMatMul: Kernel = ({ inputs, attrs, heap }) => multiply(heap, inputs['a'] as TensorInfo, inputs['b'] as TensorInfo, attrs);

const activations: Readonly<Record<string, number>> = { linear: 0, relu: 1, relu6: 2, leakyrelu: 3 };

/** _FusedMatMul: with a bias and an activation; those that are not here are tfjs's, on operands that are turned first. */
export const fusedMatMul: Kernel = ({ inputs, attrs, heap, delegate }) => {
  const { a, b, bias } = inputs as { a: TensorInfo; b: TensorInfo; bias?: TensorInfo };
  const { activation, leakyreluAlpha, transposeA, transposeB } = attrs as unknown as Transposes & {
    activation?: string;
    leakyreluAlpha?: number;
  };
  const code = activations[activation ?? 'linear'];
  if (code === undefined) {
    const turned = [a, b].map((x, i) => ((i === 0 ? transposeA : transposeB) ? transposed(heap, x, swapLast(x.shape.length)) : undefined));
    const made = delegate(
      { ...inputs, a: turned[0] ?? a, b: turned[1] ?? b },
      {
        ...attrs,
        transposeA: false,
        transposeB: false,
      },
    );
    turned.forEach((x) => x && heap.release(x));
    return made;
  }
  const out = multiply(heap, a, b, { transposeA: transposeA ?? false, transposeB: transposeB ?? false });
  const n = out.shape.at(-1)!;
  if (bias !== undefined && sizeOf(bias.shape) !== n)
    throw new Error(`matMul: the bias must have ${n} numbers, got shape [${bias.shape.join(', ')}]`);
  if (bias !== undefined || code !== 0)
    heap.run.addBias(
      heap.address(out),
      bias === undefined ? 0 : heap.address(bias),
      sizeOf(out.shape.slice(0, -1)),
      n,
      code,
      leakyreluAlpha ?? 0,
    );
  return out;
};

const swapLast = (rank: number) => Array.from({ length: rank }, (_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i));
