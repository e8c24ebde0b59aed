/** @file Known optimizers as programs, to begin a search from or to compare with. */
import { checkDecay } from '../schedules/scheduled.js';
import type { UpdateProgram } from './instructions.js';

/**
 * The mean of gradients, as a program.
 *
 * $$ m_s = \beta m_{s-1} + (1 - \beta) g_s, \qquad u_s = m_s $$
 *
 * @param b1 β, in [0, 1). Default 0.9.
 * @returns the program.
 * @throws SurrogateError `range`.
 * @see signum, ema
 * @example
 * import { momentumProgram } from '@surrogate/optim';
 * momentumProgram().length; // 2
 */
export function momentumProgram(b1 = 0.9): UpdateProgram {
  checkDecay('momentumProgram', 'b1', b1);
  return [
    { op: 'interp', to: 'm', a: 'm', b: 'g', c: b1 },
    { op: 'copy', to: 'u', a: 'm' },
  ];
}

/**
 * Lion's direction, as a program.
 *
 * $$ u_s = \operatorname{sign}(\beta_1 m_{s-1} + (1 - \beta_1) g_s), \qquad m_s = \beta_2 m_{s-1} + (1 - \beta_2) g_s $$
 *
 * @param b1 β₁, in [0, 1). Default 0.9.
 * @param b2 β₂, in [0, 1). Default 0.99.
 * @returns the program.
 * @throws SurrogateError `range`.
 * @see Chen, Liang, Huang, Real, Wang et al.: Symbolic Discovery of Optimization Algorithms, 2023. arXiv:2302.06675
 * @example
 * import { formatProgram, lionProgram } from '@surrogate/optim';
 * formatProgram(lionProgram()); // 'u = 0.9 m + 0.1 g\nu = sign(u)\nm = 0.99 m + 0.01 g'
 */
export function lionProgram(b1 = 0.9, b2 = 0.99): UpdateProgram {
  checkDecay('lionProgram', 'b1', b1);
  checkDecay('lionProgram', 'b2', b2);
  return [
    { op: 'interp', to: 'u', a: 'm', b: 'g', c: b1 },
    { op: 'sign', to: 'u', a: 'u' },
    { op: 'interp', to: 'm', a: 'm', b: 'g', c: b2 },
  ];
}

/**
 * Adam's direction without the correction of its moments' start at 0, as a program.
 *
 * $$ m_s = \beta_1 m_{s-1} + (1 - \beta_1) g_s, \quad v_s = \beta_2 v_{s-1} + (1 - \beta_2) g_s^2, \quad u_s = \frac{m_s}{\sqrt{v_s} + 10^{-8}} $$
 *
 * A program does not know which step it is at, hence no correction; the first updates are larger than Adam's.
 *
 * @param b1 β₁, in [0, 1). Default 0.9.
 * @param b2 β₂, in [0, 1). Default 0.999.
 * @returns the program.
 * @throws SurrogateError `range`.
 * @see Kingma, Ba: Adam, 2014. arXiv:1412.6980
 * @example
 * import { adamProgram } from '@surrogate/optim';
 * adamProgram(0.9, 0.99).length; // 5
 */
export function adamProgram(b1 = 0.9, b2 = 0.999): UpdateProgram {
  checkDecay('adamProgram', 'b1', b1);
  checkDecay('adamProgram', 'b2', b2);
  return [
    { op: 'interp', to: 'm', a: 'm', b: 'g', c: b1 },
    { op: 'square', to: 't', a: 'g' },
    { op: 'interp', to: 'v', a: 'v', b: 't', c: b2 },
    { op: 'sqrt', to: 't', a: 'v' },
    { op: 'div', to: 'u', a: 'm', b: 't' },
  ];
}
