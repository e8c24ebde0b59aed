import { conformance } from '@surrogate/testing';
import { covarianceRows } from './covariance/covariance.rows.js';
import { densityRows } from './density/density.rows.js';
import * as methods from './index.js';
import { processRows } from './process/process.rows.js';
import { descentRows } from './regression/descent.rows.js';

conformance(methods, { ...covarianceRows, ...processRows, ...densityRows, ...descentRows });
