import { expect, it } from 'vitest';
import { primarySecondaryAgreement } from '../index.js';

it('rankings of importance agree as scipy has it', () => {
  // scipy.stats.kendalltau
  const tied = primarySecondaryAgreement([0.4, 0.3, 0.2, 0.1], [0.1, 0.5, 0.3, 0.1], 2);
  expect(tied.kendall).toBeCloseTo(0.18257418583505539, 12);
  expect(tied.overlap).toBe(0.5);
  expect(primarySecondaryAgreement([0.5, 0.3, 0.2], [0.2, 0.3, 0.5], 1)).toEqual({ overlap: 0, kendall: -1 });
  expect(primarySecondaryAgreement([0.5, 0.3, 0.2], [0.6, 0.3, 0.1], 2)).toEqual({ overlap: 1, kendall: 1 });
  expect(primarySecondaryAgreement([1, 1], [1, 2], 1).kendall).toBeNaN();
});
