import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { rewriteExample } from './rewrite.js';
import { isAsWritten, runExample } from './runExample.js';

const core = fileURLToPath(new URL('../../../core', import.meta.url));

it('runs an example and compares what is written behind its expressions', async () => {
  await runExample(
    "import { detach } from '@surrogate/core';\nimport { scalar } from '@tensorflow/tfjs-core';\n(await detach(scalar(3)).data())[0]; // 3",
    core,
  );
  await runExample("const { half } = { half: 0.5 };\nhalf + 1; // 1.5\n'a' + 'b'; // 'ab'\n[half, NaN]; // [0.5, NaN]", core);
});

it('fails where a value is wrong, cannot be read, or was not awaited', async () => {
  await expect(runExample('1 + 1; // 3', core)).rejects.toThrow('1 + 1 is 2 where 3 was written');
  await expect(runExample('1 + 1; // two of them', core)).rejects.toThrow('no value that can be compared');
  await expect(runExample('Promise.resolve(1); // 1', core)).rejects.toThrow('is a promise');
  await expect(runExample("import { nothing } from '@surrogate/core/nothing';", core)).rejects.toThrow('not an entry');
});

it('takes five digits for the value, and exactly what is exact', () => {
  expect(isAsWritten(0.6931471805599453, 0.693147)).toBe(true);
  expect(isAsWritten(0.6931471805599453, 0.69315)).toBe(true);
  expect(isAsWritten(0.6931471805599453, 0.6932)).toBe(false);
  expect(isAsWritten(new Float32Array([1, 2]), [1, 2])).toBe(true);
  expect(isAsWritten({ a: 1, b: 2 }, { a: 1 })).toBe(false);
  expect(isAsWritten(true, 1)).toBe(false);
});

it('turns imports into lookups', () => {
  expect(rewriteExample("import type { Rng } from 'x';\nimport a, { b as c } from 'y';\nimport * as d from 'z';").trim()).toBe(
    "const { default: a, b: c } = await $import('y');\nconst d = await $import('z');",
  );
});
