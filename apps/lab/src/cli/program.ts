/** @file The lab's command line. */
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { labBackends, startBackend, type LabBackend } from '../backend.js';
import { claimNames, loadClaim } from '../registry.js';
import { save } from '../report/save.js';
import { tableText } from '../report/sections.js';
import { perform, type Performance } from '../run.js';
import { progressBar, silent } from './progress.js';

interface RunFlags {
  readonly all?: true;
  readonly seed: number;
  readonly backend: LabBackend;
  readonly json?: true;
  readonly quick?: true;
  readonly out: string;
}

const results = fileURLToPath(new URL('../../results', import.meta.url));

/** The program; `write` gets what belongs on stdout. */
export function program(write: (text: string) => void): Command {
  const lab = new Command('lab').description('Experiments that show what the papers say.').configureOutput({ writeOut: write });

  lab
    .command('list')
    .description('say what claims there are')
    .action(async () => write(`${await listing()}\n`));

  lab
    .command('run')
    .description('run a claim; the exit status is 1 where it does not show')
    .addArgument(new Argument('[claim]', 'its name, as `lab list` gives it'))
    .option('--all', 'run every claim')
    .option('--seed <number>', 'added to the seeds of the claim', wholeNumber, 0)
    .addOption(new Option('--backend <name>', 'where tensors live').choices(labBackends).default(labBackends[0]))
    .option('--json', 'print one JSON object a claim, and nothing else')
    .option('--quick', 'smaller parameters and one seed: whether it runs, not what it shows')
    .option('--out <folder>', 'where reports go', results)
    .action(async (name: string | undefined, flags: RunFlags, command: Command) => {
      const known = await claimNames();
      if ((name === undefined) === (flags.all === undefined)) command.error('error: name a claim, or give --all; `lab list` lists them');
      if (name !== undefined && !known.includes(name)) command.error(`error: no claim is named '${name}'; there are ${known.join(', ')}`);
      await startBackend(flags.backend);
      for (const each of name === undefined ? known : [name]) await runOne(each, flags, write);
    });

  return lab;
}

async function listing(): Promise<string> {
  const claims = await Promise.all((await claimNames()).map(async (name) => [name, await loadClaim(name)] as const));
  return tableText({
    columns: ['claim', 'papers', 'says'],
    rows: claims.map(([name, { papers, says }]) => [name, papers.map((paper) => `P${paper}`).join(' '), says]),
  });
}

async function runOne(name: string, flags: RunFlags, write: (text: string) => void): Promise<void> {
  const bar = flags.json ? silent : progressBar(name);
  let performance: Performance;
  try {
    const listener = { progress: bar.progress.bind(bar), say: bar.say.bind(bar) };
    performance = await perform(name, await loadClaim(name), flags.backend, { seed: flags.seed, quick: flags.quick === true, ...listener });
  } finally {
    bar.stop();
  }
  const report = await save(flags.out, performance);
  write(flags.json ? `${JSON.stringify(performance.result)}\n` : summary(performance, relative(process.cwd(), report)));
  if (performance.result.verdict === 'not-shown') process.exitCode = 1;
}

function summary({ result, says, findings }: Performance, report: string): string {
  const tables = findings.sections.filter((section) => section.kind === 'table');
  const names = [...new Set([...Object.keys(result.metrics), ...Object.keys(result.baseline)])];
  const figures = {
    columns: ['figure', 'here', 'baseline'],
    rows: names.map((name) => [name, result.metrics[name] ?? '', result.baseline[name] ?? '']),
  };
  return [
    `\n${result.claim}: ${says}\n`,
    ...tables.map((table) => `${table.title}\n${tableText(table)}\n`),
    // The tables of a claim that has some say more than its figures.
    ...(tables.length === 0 ? [`${tableText(figures)}\n`] : []),
    `${result.verdict}, in ${result.seconds} s on ${result.backend}; seed ${result.seed}`,
    `report: ${report}\n`,
  ].join('\n');
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It is not a whole number.');
  return Number(text);
}
