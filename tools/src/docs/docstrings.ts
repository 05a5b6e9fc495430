import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workspace.ts';

/**
 * The docstrings of what is published that have a code block, by their paths from the root: everything
 * else is an empty line, so that a place in the text is one in the file.
 */
export function readDocstrings(): ReadonlyMap<string, string> {
  const paths = globSync('packages/core/src/**/*.ts', { cwd: root });
  return new Map(
    paths
      .filter((path) => !path.endsWith('.test.ts'))
      .toSorted()
      .map((path) => [path, readFileSync(join(root, path), 'utf8')] as const)
      .filter(([, text]) => text.includes(' * ```ts'))
      .map(([path, text]) => [path, docstringsOf(text)] as const),
  );
}

/** The text of the docstrings of a file, at the lines at which they stand. */
export function docstringsOf(source: string): string {
  let isInside = false;
  const lines = source.split('\n').map((line) => {
    if (/^\s*\/\*\*/.test(line)) isInside = true;
    const text = isInside ? line.replace(/^\s*(?:\/\*\*|\*(?!\/)) ?/, '') : '';
    if (!/\*\/\s*$/.test(line)) return text;
    isInside = false;
    return '';
  });
  return lines.join('\n');
}
