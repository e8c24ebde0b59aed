import { conformance } from '@surrogate/testing';
import * as diagnostics from './index.js';
import { probeRows } from './probes/probes.rows.js';

conformance(diagnostics, { ...probeRows });
