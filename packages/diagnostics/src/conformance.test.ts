import { conformance } from '@surrogate/testing';
import { conservationRows } from './conservation/conservation.rows.js';
import { decisionRows } from './decisions/decisions.rows.js';
import { dynamicsRows } from './dynamics/dynamics.rows.js';
import { explanationRows } from './explanations/explanations.rows.js';
import { fingerprintRows } from './fingerprint/fingerprint.rows.js';
import { hierarchicalRows } from './hierarchical/hierarchical.rows.js';
import { inContextRows } from './inContext/inContext.rows.js';
import * as diagnostics from './index.js';
import { influenceRows } from './influence/influence.rows.js';
import { lazyRows } from './lazy/lazy.rows.js';
import { probeRows } from './probes/probes.rows.js';
import { simplicityRows } from './simplicity/simplicity.rows.js';
import { stabilityRows } from './stability/stability.rows.js';

conformance(diagnostics, {
  ...conservationRows,
  ...decisionRows,
  ...dynamicsRows,
  ...explanationRows,
  ...fingerprintRows,
  ...hierarchicalRows,
  ...inContextRows,
  ...influenceRows,
  ...lazyRows,
  ...probeRows,
  ...simplicityRows,
  ...stabilityRows,
});
