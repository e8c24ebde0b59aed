import { conformance } from '@surrogate/testing';
import * as diagnostics from './index.js';
import { influenceRows } from './influence/influence.rows.js';
import { probeRows } from './probes/probes.rows.js';

conformance(diagnostics, { ...influenceRows, ...probeRows });
