import { glob, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { commonTokens } from '@stryker-mutator/api/plugin';
import { createInstrumenter } from '@stryker-mutator/instrumenter';
import { createInjector } from 'typed-inject';
import { root } from '../workspace.ts';

/** One change of the code of a repaired system. */
export interface Mutant {
  readonly id: string;
  /** Its file, from the folder of the implementations. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The line, with what is changed in brackets; of more lines, the first ones. */
  readonly code: string;
  /** What stands there instead. */
  readonly replacement: string;
}

/** The code of a repaired system with every change in it, each of which can be turned on alone. */
export interface Mutated {
  /** By the path of the file. */
  readonly sources: ReadonlyMap<string, string>;
  readonly mutants: readonly Mutant[];
}

/** Changes that decide nothing: another text, an object or a list without its entries, another pattern. */
const excludedMutations = ['StringLiteral', 'ObjectLiteral', 'ArrayDeclaration', 'Regex'];

const silent = (): void => undefined;
const no = (): boolean => false;
const log = {
  isTraceEnabled: no,
  isDebugEnabled: no,
  isInfoEnabled: no,
  isWarnEnabled: no,
  isErrorEnabled: no,
  isFatalEnabled: no,
  trace: silent,
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
  fatal: silent,
};

/** Reads the repaired system of an example, and puts every change into its code. */
export async function mutate(example: string): Promise<Mutated> {
  const folder = join(root, 'examples', example, 'src/implementations');
  const files = await Array.fromAsync(glob(['5-hardened.ts', 'hardened/**/*.ts'], { cwd: folder }));
  const texts = await Promise.all(
    files.toSorted().map(async (file) => {
      const path = join(folder, file);
      return [path, await readFile(path, 'utf8')] as const;
    }),
  );
  return mutateFiles(folder, new Map(texts));
}

/** @param texts by the path of the file, each in the folder */
export async function mutateFiles(
  folder: string,
  texts: ReadonlyMap<string, string>,
): Promise<Mutated> {
  const instrumenter = createInjector()
    .provideValue(commonTokens.logger, log)
    .provideValue(commonTokens.getLogger, () => log)
    .injectFunction(createInstrumenter);
  const originals = [...texts].map(([name, content]) => ({ name, content, mutate: true }));
  const { files: changed, mutants } = await instrumenter.instrument(originals, {
    excludedMutations,
    ignorers: [],
    plugins: null,
    noHeader: false,
  });
  return {
    sources: new Map(changed.map(({ name, content }) => [name, content])),
    mutants: mutants
      .filter(({ status }) => status !== 'Ignored')
      .map(({ id, fileName, location, replacement }) => ({
        id,
        file: relative(folder, fileName),
        line: location.start.line + 1,
        code: shown(texts.get(fileName)?.split('\n') ?? [], location),
        replacement: oneLine(replacement),
      })),
  };
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** The changed part in brackets, in its line. */
function shown(
  lines: readonly string[],
  { start, end }: { readonly start: Place; readonly end: Place },
): string {
  const first = lines[start.line] ?? '';
  if (start.line === end.line) {
    const part = first.slice(start.column, end.column);
    return oneLine(`${first.slice(0, start.column)}⟦${part}⟧${first.slice(end.column)}`);
  }
  const rest = lines.slice(start.line + 1, start.line + 4).join(' ');
  return oneLine(`${first.slice(0, start.column)}⟦${first.slice(start.column)} ${rest} …`);
}

const oneLine = (code: string): string => code.replaceAll(/\s+/g, ' ').trim();
