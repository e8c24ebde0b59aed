/** @file Sums of products by Einstein's notation, as transposes and matrix products: differentiable to any order, on every backend. */
import { eye, matMul, mul, reshape, sum, tidy, transpose, zeros, type Tensor, type Tensor3D } from '@tensorflow/tfjs-core';
import { fail } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';

/** A tensor whose axes have names. */
interface Named {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

/** The names of the axes of each operand and of the result; axes under an ellipsis are named from the right, `.0`, `.1`... */
interface Plan {
  readonly operands: readonly (readonly string[])[];
  readonly output: readonly string[];
}

const fn = 'einsum';

function planOf(equation: string, shapes: readonly (readonly number[])[]): Plan {
  const [left = '', right, ...more] = equation.replace(/\s/g, '').split('->');
  const terms = left.split(',');
  if (more.length > 0 || ![...terms, right ?? ''].every((term) => /^[A-Za-z]*(\.\.\.)?[A-Za-z]*$/.test(term)))
    fail('range', fn, 'equation', `must be of letters, commas, '...' and one '->', got '${equation}'`);
  if (terms.length !== shapes.length)
    fail('shape', fn, 'operands', `must be ${terms.length}, as the equation '${equation}' has terms, got ${shapes.length}`);
  let hidden = 0;
  const operands = terms.map((term, i) => {
    const letters = term.replace('...', '').length;
    const under = shapes[i]!.length - letters;
    if (under < 0 || (under > 0 && !term.includes('...')))
      fail('shape', fn, `operands[${i}]`, `must have the rank of '${term}', got shape [${shapes[i]!.join(', ')}]`);
    hidden = Math.max(hidden, under);
    return expand(term, under);
  });
  const once = [...new Set(operands.flat())].filter(
    (label) => !label.startsWith('.') && operands.flat().filter((l) => l === label).length === 1,
  );
  const output = right === undefined ? [...dots(hidden), ...once.sort()] : expand(right, hidden);
  const unknown = output.find((label) => !operands.some((labels) => labels.includes(label)));
  if (unknown !== undefined) fail('range', fn, 'equation', `must name '${unknown}' of the result in a term, got '${equation}'`);
  if (new Set(output).size < output.length) fail('range', fn, 'equation', `must name each axis of the result once, got '${equation}'`);
  return { operands, output };
}

const dots = (count: number): string[] => Array.from({ length: count }, (_, i) => `.${count - 1 - i}`);

const expand = (term: string, under: number): string[] => {
  const [before, after] = term.split('...') as [string, string?];
  return after === undefined ? [...before] : [...before, ...dots(under), ...after];
};

function sizesOf(operands: Plan['operands'], shapes: readonly (readonly number[])[], equation: string): Map<string, number> {
  const sizes = new Map<string, number>();
  operands.forEach((labels, i) =>
    labels.forEach((label, axis) => {
      const [known = 1, size] = [sizes.get(label), shapes[i]![axis]!];
      if (known !== 1 && size !== 1 && known !== size)
        fail(
          'shape',
          fn,
          `operands[${i}]`,
          `must have size ${known} on axis ${axis} by '${equation}', got shape [${shapes[i]!.join(', ')}]`,
        );
      if (known === 1) sizes.set(label, size);
    }),
  );
  return sizes;
}

/** Without axes of size 1 that stand for a larger one, and with each name once: of a repeated one the diagonal. */
function simplified({ x, labels }: Named, sizes: Map<string, number>): Named {
  const kept = labels.map((label, i) => x.shape[i] === sizes.get(label));
  let named: Named = {
    x: reshape(
      x,
      x.shape.filter((_, i) => kept[i]),
    ),
    labels: labels.filter((_, i) => kept[i]),
  };
  for (;;) {
    const double = named.labels.findIndex((label, i) => named.labels.indexOf(label) < i);
    if (double < 0) return named;
    const first = named.labels.indexOf(named.labels[double]!);
    const others = named.labels.map((_, i) => i).filter((i) => i !== first && i !== double);
    const turned = transpose(named.x, [...others, first, double]);
    const diagonal = sum(mul(turned, eye(turned.shape.at(-1)!)), -1);
    named = { x: diagonal, labels: [...others, first].map((i) => named.labels[i]!) };
  }
}

/** Without the axes that nobody else needs. */
function reduced({ x, labels }: Named, needed: ReadonlySet<string>): Named {
  const spare = labels.flatMap((label, i) => (needed.has(label) ? [] : [i]));
  return spare.length === 0 ? { x, labels } : { x: sum(x, spare), labels: labels.filter((label) => needed.has(label)) };
}

function arranged({ x, labels }: Named, order: readonly string[]): Tensor {
  const axes = order.map((label) => labels.indexOf(label));
  return axes.every((axis, i) => axis === i) ? x : transpose(x, axes);
}

function contracted(a: Named, b: Named, needed: ReadonlySet<string>): Named {
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter((label) => needed.has(label));
  const summed = shared.filter((label) => !needed.has(label));
  const freeA = a.labels.filter((label) => !shared.includes(label));
  const freeB = b.labels.filter((label) => !shared.includes(label));
  const [left, right] = [arranged(a, [...batch, ...freeA, ...summed]), arranged(b, [...batch, ...summed, ...freeB])];
  const size = (x: Tensor, from: number, count: number) => x.shape.slice(from, from + count).reduce((p, n) => p * n, 1);
  const [batches, inner] = [size(left, 0, batch.length), size(right, batch.length, summed.length)];
  const product: Tensor = matMul<Tensor3D>(
    reshape(left, [batches, size(left, batch.length, freeA.length), inner]),
    reshape(right, [batches, inner, size(right, batch.length + summed.length, freeB.length)]),
  );
  const shape = [...left.shape.slice(0, batch.length + freeA.length), ...right.shape.slice(batch.length + summed.length)];
  return { x: reshape(product, shape), labels: [...batch, ...freeA, ...freeB] };
}

/**
 * Sums of products by Einstein's notation, from left to right.
 *
 * `ij,jk->ik` is a matrix product, `ii->i` a diagonal, `...d,d->...` a product along the last axis whatever is before it. Axes of size 1 spread. Without `->` the result has
 * the letters that occur once, in alphabetical order.
 *
 * @param equation letters for axes, a term an operand.
 * @param operands float32 tensors.
 * @returns float32, with the axes that stand behind the arrow; differentiable to any order.
 * @throws SurrogateError `range` for a malformed equation, `shape` where operands do not fit it, `dtype`, `disposed`.
 * @example
 * import { einsum } from '@surrogate/core';
 * await einsum('ij,ij->i', [[1, 2], [3, 4]], [[1, 1], [2, 2]]).data(); // [3, 14]
 */
export function einsum(equation: string, ...operands: TensorLike[]): Tensor {
  if (typeof equation !== 'string') fail('dtype', fn, 'equation', `must be a string, got ${typeof equation}`);
  return tidy(() => {
    const tensors = operands.map((x, i) => asTensor(fn, `operands[${i}]`, x));
    const shapes = tensors.map((x) => x.shape);
    const plan = planOf(equation, shapes);
    const sizes = sizesOf(plan.operands, shapes, equation);
    const shape = plan.output.map((label) => sizes.get(label)!);
    if (tensors.some((x) => x.size === 0)) return zeros(shape);
    const [first, ...rest] = tensors.map((x, i) => simplified({ x, labels: plan.operands[i]! }, sizes));
    const neededAfter = (i: number) => new Set([...plan.output, ...rest.slice(i).flatMap(({ labels }) => labels)]);
    let result = reduced(first!, neededAfter(0));
    rest.forEach((next, i) => {
      const needed = neededAfter(i + 1);
      result = contracted(result, reduced(next, new Set([...needed, ...result.labels])), needed);
      result = reduced(result, needed);
    });
    const arrangedResult = arranged(
      result,
      plan.output.filter((label) => result.labels.includes(label)),
    );
    return reshape(arrangedResult, shape).clone();
  });
}
