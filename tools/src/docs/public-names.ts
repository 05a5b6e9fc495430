import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript-api';
import { z } from 'zod';
import { root } from '../workspace.ts';
import { untoldErrors } from './untold-errors.ts';

export interface PublicName {
  readonly name: string;
  /** Where it is declared: a path from the root of the repository, and a line. */
  readonly place: string;
  /** The docstring as Markdown; empty when there is none. */
  readonly text: string;
  readonly tags: readonly { readonly name: string; readonly text: string }[];
  /** A sentence for each error that its own body throws, and no docstring tells of. */
  readonly untold: readonly string[];
  /** Its declarations without bodies, with the docstrings of members. */
  readonly code: string;
}

export interface Room {
  /** What is imported: `@firedrill/core/hooks`. */
  readonly specifier: string;
  readonly names: readonly PublicName[];
}

/**
 * The subpaths that a package publishes, with the file of each. What is only for this repository is not
 * in the manifest that is published.
 *
 * @param folder of the package
 */
export function publishedRooms(
  folder: string,
): readonly { readonly specifier: string; readonly file: string }[] {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { name, exports, published } = manifestOf(manifest);
  return Object.entries(exports).flatMap(([subpath, file]) =>
    typeof file === 'string' && file.endsWith('.ts') && subpath in published
      ? [{ specifier: name + subpath.slice(1), file: join(folder, file) }]
      : [],
  );
}

/**
 * The public names of a package by the subpaths of its `exports`, in the order of the alphabet.
 *
 * @param folder of the package
 */
export function readRooms(folder: string): readonly Room[] {
  const entries = publishedRooms(folder);
  const program = ts.createProgram(
    entries.map(({ file }) => file),
    {
      target: ts.ScriptTarget.ES2024,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      allowImportingTsExtensions: true,
      noEmit: true,
      strict: true,
      skipLibCheck: true,
    },
  );
  const checker = program.getTypeChecker();
  return entries.map(({ specifier, file }) => {
    const source = program.getSourceFile(file);
    const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
    const symbols = module === undefined ? [] : checker.getExportsOfModule(module);
    const names = symbols.map((symbol) => describe(symbol, checker));
    return { specifier, names: names.toSorted((a, b) => a.name.localeCompare(b.name, 'en')) };
  });
}

/** A sentence for each public name that has no docstring, with the place that it is to stand at. */
export function bareNames(rooms: readonly Room[]): readonly string[] {
  return rooms.flatMap(({ specifier, names }) =>
    names
      .filter(({ text }) => text.trim() === '')
      .map(
        ({ name, place }) =>
          `${place}: ${name} of ${specifier} has no docstring. Say what it is, with unit or shape and errors.`,
      ),
  );
}

/** A sentence for each error of a public name that no docstring tells of, each place once. */
export function untoldErrorsOf(rooms: readonly Room[]): readonly string[] {
  return [...new Set(rooms.flatMap(({ names }) => names.flatMap(({ untold }) => untold)))];
}

const exportsSchema = z.record(z.string(), z.unknown());
const manifestSchema = z.object({
  name: z.string(),
  exports: exportsSchema,
  publishConfig: z.object({ exports: exportsSchema }).optional(),
});

function manifestOf(manifest: unknown) {
  const { name, exports, publishConfig } = manifestSchema.parse(manifest);
  return { name, exports, published: publishConfig?.exports ?? exports };
}

function describe(exported: ts.Symbol, checker: ts.TypeChecker): PublicName {
  const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
  const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
  const declarations = symbol.declarations ?? [];
  // Of overloads the last one is the implementation, which nobody sees.
  const seen = declarations.filter(
    (one) => !(ts.isFunctionDeclaration(one) && one.body !== undefined && declarations.length > 1),
  );
  return {
    name: exported.name,
    place: declarations[0] === undefined ? '' : placeOf(declarations[0]),
    text: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
    tags: symbol
      .getJsDocTags(checker)
      .map(({ name, text }) => ({ name, text: ts.displayPartsToString(text) })),
    untold: untoldErrors(symbol, checker).map(
      ({ node, member, thrown }) =>
        `${placeOf(node)}: ${exported.name}${member === undefined ? '' : `.${member}`} throws ${thrown}, ` +
        'and its docstring has no @throws. Say which error, and when.',
    ),
    code: seen.map((one) => declarationText(one, checker)).join('\n'),
  };
}

function placeOf(node: ts.Node): string {
  const source = node.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(node.getStart());
  return `${relative(root, source.fileName)}:${line + 1}`;
}

function declarationText(node: ts.Declaration, checker: ts.TypeChecker): string {
  const source = node.getSourceFile();
  if (ts.isFunctionDeclaration(node)) return textUntilBody(node, node.body, source);
  if (ts.isVariableDeclaration(node)) {
    const type = checker.getTypeAtLocation(node);
    const text = checker.typeToString(type, node, ts.TypeFormatFlags.NoTruncation);
    return `const ${node.name.getText()}: ${text};`;
  }
  if (ts.isClassDeclaration(node)) return classText(node, source);
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) {
    return node.getText().replace(/^export /, '');
  }
  return (
    node
      .getText()
      .replace(/^export /, '')
      .split('\n', 1)[0] ?? ''
  );
}

function textUntilBody(node: ts.Node, body: ts.Node | undefined, source: ts.SourceFile): string {
  const end = body === undefined ? node.getEnd() : body.getStart();
  const text = source.text.slice(node.getStart(), end).trim();
  return `${text.replace(/^export /, '').replace(/;$/, '')};`;
}

/** What a class shows: no bodies, nothing private. */
function classText(node: ts.ClassDeclaration, source: ts.SourceFile): string {
  const head = source.text
    .slice(node.getStart(), node.members.pos)
    .trim()
    .replace(/^export /, '');
  const members = node.members.flatMap((member) => {
    const isHidden =
      (member.name !== undefined && ts.isPrivateIdentifier(member.name)) ||
      (ts.canHaveModifiers(member) &&
        ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword) ===
          true);
    if (isHidden) return [];
    const docs = ts.getJSDocCommentsAndTags(member).map((doc) => `  ${doc.getText()}\n`);
    const body = ts.isFunctionLike(member) && 'body' in member ? bodyOf(member) : undefined;
    const until = ts.isPropertyDeclaration(member) ? member.initializer : body;
    const text = textUntilBody(member, until, source).replace(/\s*=\s*;$/, ';');
    return [`${docs.join('')}  ${text}`];
  });
  return `${head}\n${members.join('\n')}\n}`;
}

function bodyOf(member: ts.ClassElement): ts.Node | undefined {
  return ts.isMethodDeclaration(member) ||
    ts.isConstructorDeclaration(member) ||
    ts.isAccessor(member)
    ? member.body
    : undefined;
}
