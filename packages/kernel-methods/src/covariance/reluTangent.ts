/** @file The tangent kernel of a wide layer of rectified units: how gradient descent on such a network behaves. */
import type { Matrix } from '@surrogate/core/host';
import { asRow, checkAlike, splitParameters, type Covariance } from './record.js';

/** Two vectors' inner product, their lengths, and the angle between them; a right angle where one of them is 0. */
function between(x: Matrix, i: number, y: Matrix, j: number) {
  const [from, to] = [i * x.cols, j * x.cols];
  let [product, ofX, ofY] = [0, 0, 0];
  for (let d = 0; d < x.cols; d++) {
    const [a, b] = [x.data[from + d]!, y.data[to + d]!];
    product += a * b;
    ofX += a * a;
    ofY += b * b;
  }
  const [lengthX, lengthY] = [Math.sqrt(ofX), Math.sqrt(ofY)];
  if (lengthX === 0 || lengthY === 0) return { product, lengthX, lengthY, angle: Math.PI / 2 };
  // The arc cosine of a number near 1 has lost half of its digits; the half angle of the unit vectors keeps them.
  let [apart, together] = [0, 0];
  for (let d = 0; d < x.cols; d++) {
    const [a, b] = [x.data[from + d]! / lengthX, y.data[to + d]! / lengthY];
    apart += (a - b) ** 2;
    together += (a + b) ** 2;
  }
  return { product, lengthX, lengthY, angle: 2 * Math.atan2(Math.sqrt(apart), Math.sqrt(together)) };
}

const valueOf = ({ product, angle }: { product: number; angle: number }): number => (product * (Math.PI - angle)) / (2 * Math.PI);

/**
 * The tangent kernel of a network with one hidden layer of rectified units, of which the hidden weights alone are trained: gradient descent on a wide network is {@link kernelDescent} with it.
 *
 * $$ k(x, y) = \mathbb{E}_{w \sim N(0, I)}\left[ x \cdot y\; 1(w \cdot x > 0)\, 1(w \cdot y > 0) \right] = x \cdot y\; \frac{\pi - \theta}{2 \pi}, \qquad \theta = \angle(x, y) $$
 *
 * The network is f(x) = m^(-1/2) Σ a_r relu(w_r · x) with fixed a_r = ±1. For a constant, append a 1 to each point. Where two points have one direction the kernel has a kink, at which its gradient by a point is that of x · y / 2.
 *
 * @returns the record; it has no hyper-parameter.
 * @throws SurrogateError by its functions: `shape` where two points have not as many dimensions.
 * @see Jacot, Gabriel, Hongler: Neural Tangent Kernel: Convergence and Generalization in Neural Networks, 2018. arXiv:1806.07572
 * @see Cho, Saul: Kernel Methods for Deep Learning, 2009
 * @see Han, Razaviyayn, Xu: Neural Network-Based Score Estimation in Diffusion Models: Optimization and Generalization, 2024. arXiv:2401.15604
 * @example
 * import { reluTangentCovariance } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * reluTangentCovariance().between(matrixFromRows([[1, 0]]), matrixFromRows([[1, 1]])).data[0]; // 0.375
 */
export function reluTangentCovariance(): Covariance {
  const fn = 'reluTangentCovariance';
  const self: Covariance = {
    name: 'ReLU tangent',
    parameterNames: [],
    logParameters: new Float64Array(0),
    withLogParameters(logParameters) {
      splitParameters(fn, logParameters, []);
      return self;
    },
    between(x, y) {
      checkAlike(fn, x, y);
      const data = new Float64Array(x.rows * y.rows);
      for (let i = 0, at = 0; i < x.rows; i++) for (let j = 0; j < y.rows; j++, at++) data[at] = valueOf(between(x, i, y, j));
      return { rows: x.rows, cols: y.rows, data };
    },
    diagonal: (x) => Float64Array.from({ length: x.rows }, (_, i) => valueOf(between(x, i, x, i))),
    parameterGradient: () => new Float64Array(0),
    inputGradient(x, y) {
      const point = asRow(x);
      checkAlike(fn, point, y);
      const data = new Float64Array(y.data.length);
      for (let j = 0, at = 0; j < y.rows; j++) {
        const { product, lengthX, lengthY, angle } = between(point, 0, y, j);
        const sine = Math.sin(angle);
        const scale = lengthX * lengthY;
        const bend = scale === 0 || angle === 0 || angle === Math.PI ? 0 : product / (lengthX * sine);
        for (let d = 0; d < y.cols; d++, at++) {
          const across = bend === 0 ? 0 : bend * (y.data[at]! / lengthY - (product / scale) * (x[d]! / lengthX));
          data[at] = ((Math.PI - angle) * y.data[at]! + across) / (2 * Math.PI);
        }
      }
      return { rows: y.rows, cols: y.cols, data };
    },
  };
  return self;
}
