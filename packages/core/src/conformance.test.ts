/** @file Every export of core, held to what all of them promise; the rows stand beside what they are about. */
import { conformance } from '@surrogate/testing';
import { indexingRows } from './indexing/indexing.rows.js';
import { inputRows } from './inputs/inputs.rows.js';
import { kernelRows } from './kernels/kernels.rows.js';
import { linalgRows } from './linalg/linalg.rows.js';
import { layerNormRows } from './moments/layerNorm.rows.js';
import { lossRows } from './loss/loss.rows.js';
import { mathRows } from './math/math.rows.js';
import { opRows } from './ops/ops.rows.js';
import { optimRows } from './optim/optim.rows.js';
import { randomRows } from './random/random.rows.js';
import { sequenceRows } from './sequences/sequences.rows.js';
import { searchRows } from './search/search.rows.js';
import { specialRows } from './special/special.rows.js';
import { treeRows } from './trees/trees.rows.js';
import * as core from './index.js';

conformance(core, {
  ...inputRows,
  ...lossRows,
  ...mathRows,
  ...layerNormRows,
  ...indexingRows,
  ...linalgRows,
  ...kernelRows,
  ...sequenceRows,
  ...searchRows,
  ...specialRows,
  ...treeRows,
  ...randomRows,
  ...opRows,
  ...optimRows,
});
