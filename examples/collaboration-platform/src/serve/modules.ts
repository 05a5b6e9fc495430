import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A package whose modules the page loads, from `node_modules` as they are. */
interface Package {
  readonly name: string;
  readonly folder: string;
}

const here = createRequire(import.meta.url);
const folderOf = (name: string, resolve: NodeJS.Require): string =>
  dirname(resolve.resolve(`${name}/package.json`));

const yjs = folderOf('yjs', here);
const packages: readonly Package[] = [
  { name: 'yjs', folder: yjs },
  { name: 'y-protocols', folder: folderOf('y-protocols', here) },
  { name: 'idb', folder: folderOf('idb', here) },
  { name: 'zod', folder: folderOf('zod', here) },
  // What yjs and y-protocols are made of: found where yjs finds it.
  { name: 'lib0', folder: folderOf('lib0', createRequire(join(yjs, 'package.json'))) },
];

export const modulesPath = '/modules/';

/** A file of one of the packages, by its path on the server. */
export function moduleFile(path: string): string | undefined {
  for (const { name, folder } of packages) {
    const prefix = `${modulesPath}${name}/`;
    if (path.startsWith(prefix)) return join(folder, path.slice(prefix.length));
  }
  return undefined;
}

/** What `import` means on the page (WHATWG HTML, import maps), from what the packages export. */
export function importMap(): { readonly imports: Readonly<Record<string, string>> } {
  const imports: Record<string, string> = {};
  for (const { name, folder } of packages) {
    for (const [subpath, target] of exportsOf(folder)) {
      const file = forBrowsers(target);
      if (file === undefined || subpath.includes('*')) continue;
      imports[`${name}${subpath.slice(1)}`] = `${modulesPath}${name}/${file.slice('./'.length)}`;
    }
  }
  return { imports };
}

function exportsOf(folder: string): readonly (readonly [string, unknown])[] {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (!isRecord(manifest) || !isRecord(manifest['exports'])) return [];
  return Object.entries(manifest['exports']);
}

/** The first that applies of the conditions that a bundler for browsers would look for. */
function forBrowsers(target: unknown): string | undefined {
  if (typeof target === 'string') return /\.m?js$/.test(target) ? target : undefined;
  if (!isRecord(target)) return undefined;
  for (const condition of ['browser', 'module', 'import', 'default']) {
    const file = forBrowsers(target[condition]);
    if (file !== undefined) return file;
  }
  return undefined;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Folder of our own sources. */
export const sources = fileURLToPath(new URL('..', import.meta.url));
