/** @file Standard normal draws by the ziggurat method: a table look-up and one multiplication for 99 of 100 draws. */
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { uniform53 } from './uniform53.js';

const layers = 128;
/** Where the base layer's tail begins, and the area of each of the 128 layers. */
const tail = 3.442619855899;
const area = 9.91256303526217e-3;

const { edges, ratios } = table();

function table(): { edges: Float64Array; ratios: Float64Array } {
  const edges = new Float64Array(layers + 1);
  let density = Math.exp(-0.5 * tail * tail);
  edges[0] = area / density;
  edges[1] = tail;
  for (let i = 2; i < layers; i++) {
    edges[i] = Math.sqrt(-2 * Math.log(area / edges[i - 1]! + density));
    density = Math.exp(-0.5 * edges[i]! * edges[i]!);
  }
  return { edges, ratios: Float64Array.from({ length: layers }, (_, i) => edges[i + 1]! / edges[i]!) };
}

/**
 * @internal One standard normal draw.
 *
 * @see Doornik: An Improved Ziggurat Method to Generate Normal Random Samples, 2005, which draws the layer and the position independently.
 */
export function zigguratNormal(generator: RandomGenerator): number {
  for (;;) {
    const u = 2 * uniform53(generator) - 1;
    const layer = generator.next() >>> 25;
    if (Math.abs(u) < ratios[layer]!) return u * edges[layer]!;
    if (layer === 0) return tailNormal(generator, u < 0);
    const x = u * edges[layer]!;
    const outer = Math.exp(-0.5 * (edges[layer]! * edges[layer]! - x * x));
    const inner = Math.exp(-0.5 * (edges[layer + 1]! * edges[layer + 1]! - x * x));
    if (inner + uniform53(generator) * (outer - inner) < 1) return x;
  }
}

/** Marsaglia's exact method for the normal beyond `tail`. */
function tailNormal(generator: RandomGenerator, negative: boolean): number {
  let x: number;
  let y: number;
  do {
    x = Math.log(1 - uniform53(generator)) / tail;
    y = Math.log(1 - uniform53(generator));
  } while (-2 * y < x * x);
  return negative ? x - tail : tail - x;
}
