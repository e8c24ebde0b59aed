/** @file Finds the examples in the docstrings of everything that a package exports. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** One `@example`. */
interface Example {
  /** The export, or `Class.member`. */
  readonly name: string;
  readonly code: string;
}

/** What a package's docstrings hold. */
export interface PackageExamples {
  readonly examples: readonly Example[];
  /** Exported functions and classes without an example. */
  readonly missing: readonly string[];
}

interface Manifest {
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

/** The sources that a package's `exports` name. */
export function entrySources(folder: string): Map<string, string> {
  const { exports = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const found = new Map<string, string>();
  for (const [entry, target] of Object.entries(exports)) {
    const source = typeof target === 'string' ? target : target['@surrogate/source'];
    if (source?.endsWith('.ts')) found.set(entry, join(folder, source));
  }
  return found;
}

/** The lines of a comment without their frame. */
const unframed = (comment: string) =>
  comment
    .replace(/^\/\*\*/, '')
    .replace(/\*\/$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n');

/** The bodies of the `@example` tags of the docstrings in front of a declaration. */
function examplesOf(declaration: ts.Declaration): string[] {
  const owner = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  const text = owner.getSourceFile().text;
  return (ts.getLeadingCommentRanges(text, owner.getFullStart()) ?? [])
    .map(({ pos, end }) => text.slice(pos, end))
    .filter((comment) => comment.startsWith('/**') && !comment.includes('@file'))
    .flatMap((comment) => unframed(comment).split(/^@(?=\w)/m))
    .filter((tag) => tag.startsWith('example'))
    .map((tag) =>
      tag
        .slice('example'.length)
        .replace(/^\s*```\w*\n([^]*?)```\s*$/m, '$1')
        .trim(),
    );
}

const isInternal = (symbol: ts.Symbol) => symbol.getJsDocTags().some(({ name }) => name === 'internal');

/**
 * Reads all docstrings of a package's exports.
 *
 * @param folder the package.
 * @returns the examples, and what lacks one.
 */
export function extractExamples(folder: string): PackageExamples {
  const entries = [...entrySources(folder).values()];
  const program = ts.createProgram(entries, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    customConditions: ['@surrogate/source'],
    noLib: true,
    skipLibCheck: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  const examples: Example[] = [];
  const missing = new Set<string>();
  const seen = new Set<ts.Symbol>();
  const add = (name: string, declarations: readonly ts.Declaration[]) => {
    const codes = declarations.flatMap(examplesOf);
    codes.forEach((code, i) => examples.push({ name: codes.length === 1 ? name : `${name}, ${i + 1}`, code }));
    return codes.length > 0;
  };
  for (const entry of entries) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(entry)!);
    for (const exported of module === undefined ? [] : checker.getExportsOfModule(module)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      // What another package declares is proven there.
      const own = (symbol.declarations ?? []).filter((node) => node.getSourceFile().fileName.startsWith(join(folder, 'src')));
      if (seen.has(symbol) || own.length === 0) continue;
      seen.add(symbol);
      const has = add(exported.name, own);
      for (const member of own.flatMap((node) => (ts.isClassLike(node) ? [...node.members] : [])))
        if (member.name !== undefined) add(`${exported.name}.${member.name.getText()}`, [member]);
      const isFunction = own.some(
        (node) => ts.isClassDeclaration(node) || ts.isFunctionDeclaration(node) || isCallable(checker, symbol, node),
      );
      if (isFunction && !has && !isInternal(symbol)) missing.add(exported.name);
    }
  }
  return { examples, missing: [...missing].sort() };
}

const isCallable = (checker: ts.TypeChecker, symbol: ts.Symbol, node: ts.Declaration) =>
  ts.isVariableDeclaration(node) && checker.getTypeOfSymbolAtLocation(symbol, node).getCallSignatures().length > 0;
