/** @file The logarithm of the gamma function and its first two derivatives, on numbers. */
import stdlibDigamma from '#stdlib/digamma';
import stdlibLgamma from '#stdlib/gammaln';
import stdlibTrigamma from '#stdlib/trigamma';

/**
 * The logarithm of |Γ(x)|.
 *
 * Largest relative error 3e-14 for x > 0; below 0 the absolute error near its zeros is 2e-16.
 *
 * @param x any number.
 * @returns log |Γ(x)|; Infinity at 0, at the negative integers and at the infinities; NaN for NaN.
 * @see FreeBSD's e_lgamma_r.c, as `@stdlib/math-base-special-gammaln` has it.
 * @example
 * import { lgamma } from '@surrogate/core/host';
 * lgamma(5); // 3.1780538
 */
export const lgamma = (x: number): number => stdlibLgamma(x);

/**
 * The derivative of log Γ.
 *
 * Largest relative error 3e-16 for x > 0; below 0 it is 6e-14, except near its zeros, where the absolute error is 1e-14.
 *
 * @param x any number.
 * @returns ψ(x); -Infinity at 0, NaN at the negative integers, at -Infinity and for NaN.
 * @example
 * import { digamma } from '@surrogate/core/host';
 * digamma(1); // -0.57721566
 */
export const digamma = (x: number): number => (x === 0 ? -Infinity : stdlibDigamma(x));

/**
 * The second derivative of log Γ.
 *
 * Largest relative error 5e-16.
 *
 * @param x any number.
 * @returns ψ'(x); Infinity at 0 and at the negative integers; NaN for NaN and -Infinity.
 * @example
 * import { trigamma } from '@surrogate/core/host';
 * trigamma(1); // 1.644934
 */
export const trigamma = (x: number): number => (x <= 0 && Number.isInteger(x) ? Infinity : stdlibTrigamma(x));
