/** @file The error function, its complements and their inverses, on numbers. */
import stdlibErf from '#stdlib/erf';
import stdlibErfc from '#stdlib/erfc';
import stdlibErfcinv from '#stdlib/erfcinv';
import stdlibErfcx from '#stdlib/erfcx';
import stdlibErfinv from '#stdlib/erfinv';

/**
 * The error function.
 *
 * $$ \operatorname{erf} x = \frac{2}{\sqrt\pi} \int_0^x e^{-t^2} dt $$
 *
 * Largest relative error 3e-16.
 *
 * @param x any number.
 * @returns a number in [-1, 1].
 * @example
 * import { erf } from '@surrogate/core/host';
 * erf(0.5); // 0.52049988
 */
export const erf = (x: number): number => stdlibErf(x);

/**
 * The complement 1 - erf(x), without cancellation.
 *
 * Largest relative error 3e-16 down to the smallest normal number.
 *
 * @param x any number.
 * @returns a number in [0, 2].
 * @example
 * import { erfc } from '@surrogate/core/host';
 * erfc(10); // 2.0884876e-45
 */
export const erfc = (x: number): number => stdlibErfc(x);

/**
 * The complement scaled by exp(x²), which neither under- nor overflows for x > 0.
 *
 * Largest relative error 4e-16 for x > 0 and 3e-14 below, where exp(x²) amplifies rounding.
 *
 * @param x any number.
 * @returns exp(x²) erfc(x); Infinity below -26.7.
 * @example
 * import { erfcx } from '@surrogate/core/host';
 * erfcx(100); // 0.0056416138
 */
export const erfcx = (x: number): number => stdlibErfcx(x);

/**
 * The inverse of the error function.
 *
 * Largest relative error 4e-16.
 *
 * @param y a number in [-1, 1].
 * @returns x with erf(x) = y; ±Infinity at ±1, NaN outside.
 * @example
 * import { erfinv } from '@surrogate/core/host';
 * erfinv(0.5); // 0.47693628
 */
export const erfinv = (y: number): number => stdlibErfinv(y);

/**
 * The inverse of the complementary error function, exact where y is tiny.
 *
 * Largest relative error 5e-16, 1e-13 for y below 1e-200, and 1e-16 / |y - 1| near its zero at y = 1.
 *
 * @param y a number in [0, 2].
 * @returns x with erfc(x) = y; Infinity at 0, -Infinity at 2, NaN outside.
 * @example
 * import { erfcinv } from '@surrogate/core/host';
 * erfcinv(1e-100); // 15.065575
 */
export const erfcinv = (y: number): number => stdlibErfcinv(y);
