import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../workspace.ts';
import { readManifest } from './manifest.ts';

/** A package of the repository. */
export interface Package {
  /** Absolute. */
  readonly folder: string;
  readonly scripts: ReadonlyMap<string, string>;
}

/** The packages of the repository by their names; `firedrill` is the root. */
export function readPackages(): ReadonlyMap<string, Package> {
  const paths = globSync(['package.json', '*/package.json', '*/*/package.json'], {
    cwd: root,
    exclude: (name) => name === 'node_modules',
  });
  return new Map(
    paths.map((path) => {
      const { name, scripts } = readManifest(join(root, path));
      return [name, { folder: join(root, dirname(path)), scripts }] as const;
    }),
  );
}

/** A script of a package with arguments. */
export interface ScriptCall {
  readonly folder: string;
  /** The script, as it stands in the package. */
  readonly program: string;
  readonly args: readonly string[];
  /** Whether the package was named with `--filter`. */
  readonly isFiltered: boolean;
}

/**
 * What arguments of pnpm call.
 *
 * @returns undefined where no package has such a script
 */
export function resolveCall(
  args: readonly string[],
  packages: ReadonlyMap<string, Package>,
): ScriptCall | undefined {
  const words = [...args];
  let filter: string | undefined;
  for (;;) {
    const [word = ''] = words;
    if (word === '--filter') [, filter] = words.splice(0, 2);
    else if (['-s', '--silent', 'run'].includes(word)) words.shift();
    else break;
  }
  const owner = packages.get(filter ?? 'firedrill');
  const [script = '', ...rest] = words;
  const program = owner?.scripts.get(script);
  if (owner === undefined || program === undefined) return undefined;
  return { folder: owner.folder, program, args: rest, isFiltered: filter !== undefined };
}
