/** @file Problems with equality constraints: the record, and what is known at a point. */
import { fail } from '@surrogate/core';
import { matMul, transpose, type Matrix } from '@surrogate/core/host';
import { checkFunction, dot, norm, vectorOf } from '../host/vectors.js';

/** Minimise f(x) subject to c(x) = 0: everything that first derivatives say. */
export interface EqualityConstrained {
  /** The value and the gradient of f at x. */
  at(x: Float64Array): { readonly value: number; readonly gradient: Float64Array };
  /** c(x): m numbers. */
  constraints(x: Float64Array): Float64Array;
  /** Its Jacobian, m x n. */
  jacobian(x: Float64Array): Matrix;
}

/** With second derivatives, too. */
export interface EqualityProblem extends EqualityConstrained {
  /** The Hessian in x of f(x) + λᵀ c(x), n x n, symmetric. */
  lagrangianHessian(x: Float64Array, multipliers: Float64Array): Matrix;
}

/** What is known at a pair of x and λ. */
export interface LagrangianPoint {
  readonly x: Float64Array;
  readonly multipliers: Float64Array;
  readonly value: number;
  /** c. */
  readonly constraints: Float64Array;
  /** ∇c, m x n. */
  readonly jacobian: Matrix;
  /** ∇f + ∇cᵀ λ. */
  readonly slope: Float64Array;
}

/** Throws where a part of a problem is no function. */
export function checkProblem(fn: string, problem: EqualityConstrained): void {
  for (const part of ['at', 'constraints', 'jacobian'] as const) checkFunction(fn, `problem.${part}`, problem?.[part]);
}

/** Throws unless a matrix has the size that it must have. */
export function checkSize(fn: string, argument: string, a: Matrix, rows: number, cols: number): void {
  if (a.rows !== rows || a.cols !== cols) fail('shape', fn, argument, `must return a ${rows} x ${cols} matrix, got ${a.rows} x ${a.cols}`);
}

/** Evaluates a problem. */
export function pointAt(fn: string, problem: EqualityConstrained, x: Float64Array, multipliers: Float64Array): LagrangianPoint {
  const { value, gradient } = problem.at(x);
  if (gradient.length !== x.length) fail('shape', fn, 'problem.at', `must return a gradient of length ${x.length}, got ${gradient.length}`);
  const constraints = problem.constraints(x);
  if (constraints.length !== multipliers.length)
    fail('shape', fn, 'problem.constraints', `must return ${multipliers.length} numbers, got ${constraints.length}`);
  const jacobian = problem.jacobian(x);
  checkSize(fn, 'problem.jacobian', jacobian, constraints.length, x.length);
  const pull = matMul(transpose(jacobian), multipliers);
  return { x, multipliers, value, constraints, jacobian, slope: pull.map((v, j) => v + gradient[j]!) };
}

/** How far a point is from meeting the first-order conditions: ‖(∇ₓL, c)‖. */
export const kktResidual = ({ slope, constraints }: LagrangianPoint): number => Math.hypot(norm(slope), norm(constraints));

/** f + λᵀ c. */
export const lagrangian = ({ value, multipliers, constraints }: LagrangianPoint): number => value + dot(multipliers, constraints);

/** λ₀: what was given, or zeros, as many as there are constraints. */
export function firstMultipliers(
  fn: string,
  problem: EqualityConstrained,
  x: Float64Array,
  given: ArrayLike<number> | undefined,
): Float64Array {
  const count = problem.constraints(x).length;
  return given === undefined ? new Float64Array(count) : vectorOf(fn, 'multipliers', given, count);
}
