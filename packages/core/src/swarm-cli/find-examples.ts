import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** An example that was found, and not loaded yet. */
export interface FoundExample {
  readonly name: string;
  /** Its folder. */
  readonly folder: string;
  /** The module that exports `example`. */
  readonly module: string;
}

/**
 * The examples of a folder, by name: the one that the folder is, or else those that lie in it or in its
 * `examples`.
 */
export function findExamples(root: string): readonly FoundExample[] {
  if (existsSync(moduleIn(root))) {
    return [{ name: nameOf(root), folder: root, module: moduleIn(root) }];
  }
  const within = existsSync(join(root, 'examples')) ? join(root, 'examples') : root;
  return foundIn(within, 'src/example.ts', '');
}

/** All examples of one package, each a folder of its sources: `package/example`. */
export function findExamplesOf(root: string, name: string): readonly FoundExample[] {
  return foundIn(join(root, name, 'src'), 'example.ts', `${name}/`);
}

function foundIn(root: string, file: string, prefix: string): readonly FoundExample[] {
  return readdirSync(root)
    .toSorted()
    .map((name) => {
      const folder = join(root, name);
      return { name: `${prefix}${name}`, folder, module: join(folder, file) };
    })
    .filter(({ module }) => existsSync(module));
}

const moduleIn = (folder: string): string => join(folder, 'src/example.ts');

/** As its package is called. */
function nameOf(folder: string): string {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (typeof manifest === 'object' && manifest !== null && 'name' in manifest) {
      return String(manifest.name);
    }
  } catch {
    // A folder without a package is called by its own name.
  }
  return basename(folder);
}
