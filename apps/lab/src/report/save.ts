/** @file Writes what a run gave: JSON for programs, pictures, and the page for people. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Performance } from '../run.js';
import { chart } from './chart.js';
import { page } from './page.js';

/** Writes into `<folder>/<claim>/`, in place of what was there, and returns the path of the page. */
export async function save(folder: string, performance: Performance): Promise<string> {
  const { result, params, findings } = performance;
  const place = join(folder, result.claim);
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true });
  const report = join(place, 'report.html');
  const pictures = findings.sections.filter((section) => section.kind === 'picture');
  await Promise.all([
    writeFile(
      join(place, 'result.json'),
      `${JSON.stringify({ ...result, params, runs: findings.runs, sections: findings.sections }, null, 2)}\n`,
    ),
    writeFile(report, page(performance)),
    ...pictures.map((picture, i) => writeFile(join(place, `picture-${i + 1}.svg`), chart(picture))),
  ]);
  return report;
}
