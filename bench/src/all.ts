/** @file Everything that is measured. */
import { hostWorkloads } from './host.js';
import { optimizerWorkloads } from './optimizers.js';
import { optimizerTableWorkloads } from './optimizerTable.js';
import { productWorkloads } from './products.js';
import { rowWorkloads } from './rows.js';
import { trainingWorkloads } from './training.js';
import { transportWorkloads } from './transport.js';
import type { Workload } from './workload.js';

export const workloads: readonly Workload[] = [
  ...rowWorkloads,
  ...productWorkloads,
  ...optimizerWorkloads,
  ...optimizerTableWorkloads,
  ...trainingWorkloads,
  ...transportWorkloads,
  ...hostWorkloads,
];
