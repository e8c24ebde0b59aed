/** @file Compiles the kernels and embeds them in a module, so that neither Node nor a bundler has a file to find. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const folder = 'src/generated';
const baseline = path(`${folder}/kernels.ts`);
const relaxed = path(`${folder}/relaxed.ts`);

const common = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd'];
/** As tfjs makes its memory in pages that are isolated cross-origin. */
const shared = ['--sharedMemory', '--maximumMemory', '65536', '--enable', 'threads'];
/** a · b + c in one instruction, which not every engine has. */
const fused = ['--enable', 'relaxed-simd'];

/** @param {string[]} options @returns {Promise<Buffer>} */
async function compile(options) {
  /** @type {Uint8Array | undefined} */
  let binary;
  const { error, stderr } = await asc.main(['assembly/index.ts', '--outFile', 'kernels.wasm', ...common, ...options], {
    readFile: (name, base) => {
      try {
        return readFileSync(new URL(name, `file://${path('')}${base}/`.replace('/./', '/')), 'utf8');
      } catch {
        return null;
      }
    },
    writeFile: (_name, contents) => void (binary = /** @type {Uint8Array} */ (contents)),
    listFiles: () => [],
  });
  if (error || binary === undefined) throw new Error(`the kernels do not compile\n${stderr.toString()}`);
  return Buffer.from(binary);
}

/** What the output was made from. */
function fingerprint() {
  const hash = createHash('sha256').update(asc.version);
  for (const file of [
    ...readdirSync(path('assembly'))
      .map((name) => `assembly/${name}`)
      .sort(),
    'scripts/build-kernels.mjs',
  ])
    hash.update(readFileSync(path(file)));
  return hash.digest('hex').slice(0, 16);
}

function isCurrent(/** @type {string} */ mark) {
  try {
    return [baseline, relaxed].every((output) => readFileSync(output, 'utf8').includes(mark));
  } catch {
    return false;
  }
}

const quote = (/** @type {Uint8Array} */ bytes) => `'${Buffer.from(bytes).toString('base64')}'`;

/** A module as text. @param {Buffer} plain @param {Buffer} sharing */
function embed(plain, sharing) {
  // The two differ in how they import the memory and in nothing else, so what they have in common is stored once.
  let head = 0;
  while (plain[head] === sharing[head]) head++;
  let tail = 0;
  while (plain[plain.length - 1 - tail] === sharing[sharing.length - 1 - tail]) tail++;
  const middle = (/** @type {Buffer} */ build) => build.subarray(head, build.length - tail);
  if (middle(plain).length > 32) throw new Error('the two builds differ in more than their memory');
  return `/** @internal The module in three parts; the middle one says whether its memory is shared. */
export const binary = {
  start: ${quote(plain.subarray(0, head))},
  middle: { plain: ${quote(middle(plain))}, shared: ${quote(middle(sharing))} },
  end: ${quote(plain.subarray(plain.length - tail))},
};
`;
}

/** The functions that a module exports. @param {Buffer} binary */
const functionsOf = (binary) =>
  WebAssembly.Module.exports(new WebAssembly.Module(binary))
    .filter(({ kind }) => kind === 'function')
    .map(({ name }) => name);

const mark = fingerprint();
if (!isCurrent(mark)) {
  const title = `/** @file Made by scripts/build-kernels.mjs from assembly/; not to be edited. ${mark} */\n`;
  const usual = await compile([]);
  mkdirSync(path(folder), { recursive: true });
  writeFileSync(
    baseline,
    `${title}/** @internal The functions that the module exports. */
export const names = ${JSON.stringify(functionsOf(usual))} as const;
${embed(usual, await compile(shared))}`,
  );
  writeFileSync(relaxed, title + embed(await compile(fused), await compile([...fused, ...shared])));
}
