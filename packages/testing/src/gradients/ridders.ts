/** @file Derivatives of noisy functions: differences at several steps, extrapolated, with an estimate of their own error. */

/** A derivative and how far it may be off. */
export interface Estimate {
  readonly value: number;
  readonly error: number;
}

/** The steps, as parts of the largest. */
export const steps = [1, 1 / 2, 1 / 4, 1 / 8] as const;

/**
 * Extrapolates difference quotients to step 0 (Ridders): the entry of Neville's tableau that agrees best with its neighbours.
 *
 * @param quotients one for each of {@link steps}; those that are not numbers (outside the domain) are left out.
 * @param order the power of the step in the leading error: 2 for central differences, 1 for one-sided ones.
 * @returns the derivative; NaN with an infinite error where no two quotients are numbers.
 */
export function extrapolate(quotients: readonly number[], order: 1 | 2): Estimate {
  let best: Estimate = { value: NaN, error: Infinity };
  let previous: number[] = [];
  for (const quotient of quotients) {
    const row = [quotient];
    previous.forEach((older, column) => {
      const factor = 2 ** (order * (column + 1));
      const newer = row[column]!;
      const value = (factor * newer - older) / (factor - 1);
      const error = Math.max(Math.abs(value - newer), Math.abs(value - older));
      if (error < best.error) best = { value, error };
      row.push(value);
    });
    previous = row;
  }
  return best;
}
