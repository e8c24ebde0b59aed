/** @file Builds the API pages of every package into docs/api, and fails on an export whose docstring lacks a part of the template. */
import { rmSync } from 'node:fs';
import { Application, OptionDefaults, ReflectionKind } from 'typedoc';
import { root } from './house/bootstrap.js';
import { entryPoints, publishable } from './house/packages.js';

/** @typedef {import('typedoc').DeclarationReflection} Declaration */
/** @typedef {import('typedoc').SignatureReflection} Signature */

/** @param {import('typedoc').Comment | undefined} comment */
const saysSomething = (comment) => comment !== undefined && comment.summary.some(({ text }) => text.trim() !== '');

/**
 * What the docstring of an exported function lacks; a checker, which returns nothing, needs a sentence only.
 *
 * @param {Signature} signature
 * @returns {string[]}
 */
function functionGaps({ comment, parameters = [], type }) {
  const gaps = saysSomething(comment) ? [] : ['no sentence'];
  if (type?.type === 'intrinsic' && ['void', 'never'].includes(type.name)) return gaps;
  // The fields of an options object are documented where they are declared.
  const silent = parameters.filter(({ name, comment: own }) => !['options', '__namedParameters'].includes(name) && !saysSomething(own));
  gaps.push(...silent.map(({ name }) => `no @param ${name}`));
  return [
    ...gaps,
    ...['@returns', '@example'].filter((tag) => !comment?.getTag(/** @type {`@${string}`} */ (tag))).map((tag) => `no ${tag}`),
  ];
}

/**
 * @param {Declaration} declaration an export.
 * @returns {string[]} one line for each thing that is missing.
 */
function gaps(declaration) {
  const at = `${declaration.getFullName()} (${declaration.sources?.[0]?.fileName})`;
  if (declaration.kind === ReflectionKind.Function) {
    return (declaration.signatures ?? []).flatMap((signature) => functionGaps(signature).map((gap) => `${at}: ${gap}`));
  }
  if (declaration.kind === ReflectionKind.Reference) return [];
  const missing = saysSomething(declaration.comment) ? [] : [`${at}: no sentence`];
  const members =
    declaration.kind === ReflectionKind.Interface || declaration.kind === ReflectionKind.Class ? (declaration.children ?? []) : [];
  const own = members.filter(
    (member) => !member.flags.isInherited && !member.flags.isPrivate && member.kind !== ReflectionKind.Constructor,
  );
  for (const member of own) {
    if (![member, ...(member.signatures ?? []), member.getSignature].some((part) => saysSomething(part?.comment))) {
      missing.push(`${member.getFullName()} (${declaration.sources?.[0]?.fileName}): no sentence`);
    }
  }
  return missing;
}

rmSync(`${root}docs/api`, { recursive: true, force: true });
let failed = false;
for (const pkg of publishable()) {
  const app = await Application.bootstrapWithPlugins({
    name: pkg.manifest.name,
    entryPoints: entryPoints(pkg).map(({ source }) => source),
    basePath: root,
    tsconfig: `${pkg.path}/tsconfig.json`,
    plugin: ['typedoc-plugin-markdown'],
    out: `${root}docs/api/${pkg.folder}`,
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    readme: 'none',
    blockTags: [...OptionDefaults.blockTags, '@file'],
    excludeTags: [...OptionDefaults.excludeTags, '@file'],
    disableGit: true,
    sourceLinkTemplate: '{path}#L{line}',
    validation: { notExported: false, invalidLink: true, notDocumented: false },
    treatValidationWarningsAsErrors: true,
    logLevel: 'Warn',
  });
  const project = await app.convert();
  if (!project) {
    failed = true;
    continue;
  }
  app.validate(project);
  const modules = project.getChildrenByKind(ReflectionKind.Module);
  for (const module of modules) {
    const entry = entryPoints(pkg).find(({ source }) => source === module.sources?.[0]?.fullFileName);
    if (entry) module.name = entry.specifier;
  }
  const exported = modules.length > 0 ? modules.flatMap(({ children = [] }) => children) : (project.children ?? []);
  const missing = exported.flatMap(gaps);
  for (const line of missing) console.log(line);
  await app.generateOutputs(project);
  failed ||= missing.length > 0 || app.logger.hasErrors() || app.logger.hasWarnings();
  console.log(`${pkg.manifest.name}: ${exported.length} exports, ${missing.length} gaps`);
}
process.exitCode = failed ? 1 : 0;
