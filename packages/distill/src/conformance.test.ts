import { conformance } from '@surrogate/testing';
import * as distill from './index.js';
import { matchingRows } from './matching/matching.rows.js';

conformance(distill, { ...matchingRows });
