import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';

/** One import that runs: types are gone before anything does. */
export interface Import {
  /** File that imports, relative to the root. */
  readonly from: string;
  /** What it names: a file relative to the root, or a package. */
  readonly to: string;
}

/** Statements that bring code in; those of types alone do not. */
const statements =
  /(?:^|\n)\s*(?:import|export)\s+(?!type\s)(?:([^'";]*?)\s+from\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;

/**
 * All imports that lead from a file, directly or through others of the same root, as text. Names
 * that are all types (`import { type A }`) bring no code in.
 */
export function importsOf(root: string, file: string): readonly Import[] {
  const found: Import[] = [];
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const from = relative(root, path);
    for (const [, names = '', statically, dynamically] of readFileSync(path, 'utf8').matchAll(
      statements,
    )) {
      const target = statically ?? dynamically ?? '';
      if (isTypesOnly(names)) continue;
      if (!target.startsWith('.')) {
        found.push({ from, to: target });
        continue;
      }
      const next = resolve(dirname(path), target);
      found.push({ from, to: relative(root, next) });
      if (existsSync(next)) visit(next);
    }
  };
  visit(resolve(root, file));
  return found;
}

/** Whether every name in braces is a type. */
function isTypesOnly(names: string): boolean {
  const inBraces = /^\{([^}]*)\}$/.exec(names.trim())?.[1];
  if (inBraces === undefined) return false;
  const each = inBraces
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return each.length > 0 && each.every((name) => name.startsWith('type '));
}

/** Rooms of this library that an implementation may use: none of them knows of a run. */
const allowedRooms = [
  'hooks',
  'resilience',
  'capacity',
  'event-store',
  'services',
  'flows',
  'scenario/measures',
] as const;

/** Files of an example that belong to the judge. */
const judgesOwn =
  /^(truth|world|rules|scenarios|signals|measurements|figures|clients|services|example|main|lazy)(\/|\.ts$)/;

/**
 * What an implementation imports and must not, as sentences: the judge's own files, rooms that know
 * of a run, or Node.
 *
 * @param root the `src` folder of the example
 * @param allowed modules of Node that it may import all the same
 */
export function forbiddenImports(
  root: string,
  file: string,
  allowed: readonly string[] = [],
): readonly string[] {
  return importsOf(root, file).flatMap(({ from, to }) => {
    if (allowed.includes(to)) return [];
    const problem = problemOf(to);
    return problem === undefined ? [] : [`${from} imports ${to}: ${problem}`];
  });
}

function problemOf(to: string): string | undefined {
  if (to.startsWith('node:')) return 'it has to run in a browser, too';
  const room = /^@firedrill\/core\/(.+)$/.exec(to)?.[1];
  if (room !== undefined) {
    return allowedRooms.some((name) => room === name || room.startsWith(`${name}/`))
      ? undefined
      : 'that room knows of a run; use hooks, resilience, capacity, event-store, services or flows';
  }
  if (to.startsWith('..')) return 'it lies outside of the example';
  return judgesOwn.test(to) ? "it is the judge's" : undefined;
}
