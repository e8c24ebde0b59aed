/** @file Sums over all parameters. */
import { abs, addN, mul, scalar, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import type { ByPath } from '@surrogate/core';

const total = (parts: readonly Tensor[]): Tensor => (parts.length === 0 ? scalar(0) : addN(parts.map((x) => sum(x))));

/** ⟨a, b⟩ */
export const dotByPath = (a: ByPath, b: ByPath): Tensor => total(Object.entries(a).map(([path, x]) => mul(x, b[path]!)));

/** ‖a‖² */
export const squaredNorm = (a: ByPath): Tensor => total(Object.values(a).map((x) => square(x)));

/** ‖a - b‖² */
export const squaredDistance = (a: ByPath, b: ByPath): Tensor => total(Object.entries(a).map(([path, x]) => square(sub(x, b[path]!))));

/** ‖a‖₁ */
export const absoluteSum = (a: ByPath): Tensor => total(Object.values(a).map((x) => abs(x)));
