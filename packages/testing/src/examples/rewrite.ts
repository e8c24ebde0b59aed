/** @file Turns an example into a function body: imports become awaited lookups, `expression; // value` becomes a check. */
import ts from 'typescript';

/** A replacement of source text. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function importEdit(node: ts.ImportDeclaration, source: ts.SourceFile): Edit {
  const from = node.moduleSpecifier.getText(source);
  const clause = node.importClause;
  const bindings = clause?.namedBindings;
  const span = { start: node.getStart(source), end: node.end };
  if (clause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return { ...span, text: '' };
  if (bindings !== undefined && ts.isNamespaceImport(bindings))
    return { ...span, text: `const ${bindings.name.text} = await $import(${from});` };
  const names = [
    ...(clause?.name === undefined ? [] : [`default: ${clause.name.text}`]),
    ...(bindings === undefined
      ? []
      : bindings.elements
          .filter((element) => !element.isTypeOnly)
          .map((element) =>
            element.propertyName === undefined ? element.name.text : `${element.propertyName.text}: ${element.name.text}`,
          )),
  ];
  return { ...span, text: names.length === 0 ? `await $import(${from});` : `const { ${names.join(', ')} } = await $import(${from});` };
}

/** The comment behind a statement on its own line. */
function valueBehind(statement: ts.Statement, text: string): string | undefined {
  const [comment] = ts.getTrailingCommentRanges(text, statement.end) ?? [];
  return comment?.kind === ts.SyntaxKind.SingleLineCommentTrivia ? text.slice(comment.pos + 2, comment.end).trim() : undefined;
}

/**
 * Rewrites an example as the body of an async function of `$import` and `$check`.
 *
 * @param code the example, TypeScript or JavaScript.
 * @returns JavaScript.
 */
export function rewriteExample(code: string): string {
  const source = ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2022, true);
  const edits = source.statements.flatMap((statement): Edit[] => {
    if (ts.isImportDeclaration(statement)) return [importEdit(statement, source)];
    if (!ts.isExpressionStatement(statement)) return [];
    const expected = valueBehind(statement, code);
    if (expected === undefined) return [];
    const expression = statement.expression.getText(source);
    const start = statement.getStart(source);
    return [{ start, end: statement.end, text: `$check(${JSON.stringify(expression)}, ${expression}, ${JSON.stringify(expected)});` }];
  });
  const rewritten = [...edits].reverse().reduce((text, { start, end, text: by }) => text.slice(0, start) + by + text.slice(end), code);
  // In a module of its own, so that await is allowed; the marks come off again.
  const { outputText } = ts.transpileModule(`export {};\n${rewritten}`, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
  });
  return outputText.replace(/^export \{\};\n/, '');
}
