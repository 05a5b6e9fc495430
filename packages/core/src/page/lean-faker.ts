import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin, PluginBuild } from 'esbuild';

/** The lists of a language that a module of faker draws from. */
const listsOf: Readonly<Record<string, readonly string[]>> = {
  commerce: ['commerce'],
  company: ['company', 'person'],
  lorem: ['lorem'],
  person: ['person'],
  phone: ['phone_number'],
};

/**
 * faker has lists of cows, airports and songs, a third of all that a worker of payment loads. A bundle
 * gets those that its sources draw from, as far as that can be read there, and all of them where it cannot.
 */
export const leanFaker: Plugin = {
  name: 'lean-faker',
  setup(build) {
    let lists: Promise<ReadonlySet<string> | undefined> | undefined;
    const language = /[\\/]@faker-js[\\/]faker[\\/]dist[\\/][a-z]{2}\w*-[\w-]{8}\.js$/;
    build.onLoad({ filter: language }, async ({ path }) => {
      lists ??= listsDrawnFrom(build);
      const kept = await lists;
      if (kept === undefined) return undefined;
      const module: unknown = await import(pathToFileURL(path).href);
      if (typeof module !== 'object' || module === null) return undefined;
      const [[name, all] = [], ...others] = Object.entries<unknown>({ ...module });
      // The file of another version may hold something else: it stays as it is.
      if (name === undefined || typeof all !== 'object' || all === null) return undefined;
      if (others.length > 0 || !('metadata' in all)) return undefined;
      const some = Object.entries(all).filter(([list]) => list === 'metadata' || kept.has(list));
      return { contents: `export const ${name} = ${JSON.stringify(Object.fromEntries(some))};` };
    });
  },
};

/** Sources are looked for, and nothing of packages is read. */
const withoutPackages: Plugin = {
  name: 'without-packages',
  setup(build) {
    build.onLoad({ filter: /[\\/]node_modules[\\/]/ }, () => ({
      contents: 'module.exports = {};',
    }));
  },
};

/** Reads the sources of a program; undefined where one does with faker what cannot be told. */
async function listsDrawnFrom(build: PluginBuild): Promise<ReadonlySet<string> | undefined> {
  const { stdin, entryPoints, conditions, platform } = build.initialOptions;
  const { metafile } = await build.esbuild.build({
    ...(stdin !== undefined && { stdin }),
    ...(entryPoints !== undefined && { entryPoints }),
    ...(conditions !== undefined && { conditions }),
    ...(platform !== undefined && { platform }),
    outdir: build.initialOptions.outdir ?? '',
    bundle: true,
    external: ['node:*'],
    plugins: [withoutPackages],
    format: 'esm',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const drawing = Object.entries(metafile.inputs)
    .filter(([, { imports }]) =>
      imports.some(({ path }) => /[\\/]@faker-js[\\/]faker[\\/]/.test(path)),
    )
    .map(([path]) => (isAbsolute(path) ? path : join(process.cwd(), path)));
  const texts = await Promise.all(drawing.map((path) => readFile(path, 'utf8')));
  const found = texts.map(listsIn);
  // Where nobody was found, somebody was overlooked: this is asked for because of an import.
  const isKnown = found.length > 0 && found.every((one) => one !== undefined);
  return isKnown ? new Set(found.flat()) : undefined;
}

/** @returns undefined where `faker` stands for more than drawing from modules whose lists are known */
export function listsIn(source: string): readonly string[] | undefined {
  const body = source
    .replaceAll(/^import \{ faker \} from '@faker-js\/faker(?:\/locale\/\w+)?';$/gm, '')
    .replaceAll(/\bseedFaker\(faker,/g, '');
  const lists: string[] = [];
  for (const [, module] of body.matchAll(/\bfaker\b(?:\.(\w+)\.)?/g)) {
    const own = module === undefined ? undefined : listsOf[module];
    if (own === undefined) return undefined;
    lists.push(...own);
  }
  return lists;
}
