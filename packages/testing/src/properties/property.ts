/** @file Properties: statements that hold for whatever inputs fast-check thinks of, at a fixed seed. */
import fc from 'fast-check';

/** A kind of random input. */
export type Arbitrary<T> = fc.Arbitrary<T>;

/**
 * Passes where a body passes for each of many random inputs; what fails is shrunk to the smallest input that still does.
 *
 * @param inputs what the inputs are.
 * @param body what holds for each of them.
 * @param runs how many inputs. Default 30.
 */
export async function property<T>(inputs: Arbitrary<T>, body: (input: T) => void | Promise<void>, runs = 30): Promise<void> {
  await fc.assert(
    fc.asyncProperty(inputs, async (input) => {
      await body(input);
    }),
    { numRuns: runs, seed: 1, endOnFailure: false },
  );
}

/** A float32 between two bounds. */
export const numbers = (low = -10, high = 10): Arbitrary<number> =>
  fc.float({ min: Math.fround(low), max: Math.fround(high), noNaN: true, noDefaultInfinity: true });

/** Rows of float32 numbers, all of one length; both sizes are drawn. */
export const rowsOfNumbers = (low = -10, high = 10): Arbitrary<number[][]> =>
  fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 6 }))
    .chain(([rows, columns]) =>
      fc.array(fc.array(numbers(low, high), { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }),
    );

/** Logits and a class id for each row. */
export const logitsAndLabels = (): Arbitrary<{ logits: number[][]; labels: number[] }> =>
  rowsOfNumbers().chain((logits) =>
    fc.tuple(...logits.map((row) => fc.integer({ min: 0, max: row.length - 1 }))).map((labels) => ({ logits, labels })),
  );

/** Two distributions over the same outcomes, as log-probabilities; each outcome has some mass in both. */
export const twoDistributions = (): Arbitrary<{ logP: number[]; logQ: number[] }> =>
  fc.integer({ min: 2, max: 6 }).chain((outcomes) => {
    const weights = fc.array(numbers(-6, 6), { minLength: outcomes, maxLength: outcomes });
    const normalised = (z: readonly number[]) => {
      const total = Math.log(z.reduce((sum, value) => sum + Math.exp(value), 0));
      return z.map((value) => Math.fround(value - total));
    };
    return fc.tuple(weights, weights).map(([p, q]) => ({ logP: normalised(p), logQ: normalised(q) }));
  });
