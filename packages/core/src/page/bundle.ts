import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';
import { missingPeer } from '../peers/index.ts';
import { leanFaker } from './lean-faker.ts';
import { leanSourceMap } from './lean-source-map.ts';

const here = import.meta.dirname;
/** Where the files would lie: paths in source maps begin here, and name the whole way. */
const outdir = join(here, '../../../..', 'out');

/** The file of every bundle that is loaded first. */
export const entryFile = 'stdin.js';

/** A program for the browser: ES modules, and `source-maps.json`, the maps by the scripts' names. */
export interface Bundle {
  /** The file that is loaded first. */
  readonly entry: string;
  readonly files: ReadonlyMap<string, string>;
  /** Names of `entry` and of what it imports at once, without what is loaded when it is wanted. */
  readonly first: readonly string[];
}

/**
 * The worker of an example: the very code that runs in Node, with the browser's side of each door.
 *
 * @param module path of the module that exports `example`
 * @throws when the example imports something that a browser does not have
 */
export function bundleWorker(module: string): Promise<Bundle> {
  return bundleProgram(
    [
      `import { example } from ${JSON.stringify(module)};`,
      `import { serveExample } from ${JSON.stringify(join(here, 'worker/serve-example.ts'))};`,
      'serveExample(example, channel, loadSourceMaps(import.meta.url));',
    ].join('\n'),
    here,
  );
}

/** The worker's end of its channel, for the first module of a worker. */
export const channel = [
  'const channel = {',
  '  post: (message) => postMessage(message),',
  "  onMessage: (listen) => addEventListener('message', ({ data }) => listen(data)),",
  '};',
].join('\n');

/** What the first module of each worker finds. */
const workerScope = [
  `import { loadSourceMaps } from ${JSON.stringify(join(here, 'worker/load-source-maps.ts'))};`,
  channel,
].join('\n');

/** The page itself. */
export const bundlePage = (): Promise<Bundle> => bundleModule(join(here, 'client/main.ts'));

/**
 * The program of a page, with what it loads when it is wanted in files of its own.
 *
 * @param path of its first module
 */
export function bundleModule(path: string): Promise<Bundle> {
  return bundle(`import ${JSON.stringify(path)};`);
}

/** The ships alone, for a page of somebody else's: a module that exports `mountShips`. */
export function bundleShips(): Promise<Bundle> {
  return bundle(
    `export { mountShips } from ${JSON.stringify(join(here, 'client/ships-beside.ts'))};`,
  );
}

/**
 * Any worker that runs on the browser's side of each door.
 *
 * @param source its first module. It finds `channel`, the worker's end with `post` and `onMessage`, and
 *   `loadSourceMaps`.
 * @param folder from where `source` imports
 * @throws when it imports something that a browser does not have
 */
export function bundleProgram(source: string, folder: string): Promise<Bundle> {
  return bundle(`${workerScope}\n${source}`, folder);
}

/**
 * Text for terminals is wrapped by means of Node, and stands beside the words that the page shows too.
 * Of what is used here nothing may need it.
 */
const unusedNode: Plugin = {
  name: 'unused-node',
  setup(build) {
    build.onResolve({ filter: /^node:util$/ }, ({ path, importer }) =>
      /[\\/]report[\\/]plain[\\/]text\.[jt]s$/.test(importer)
        ? { path, external: true, sideEffects: false }
        : undefined,
    );
  },
};

/** zod brings its messages in fifty languages, where everything here speaks one, and reads JSON Schema. */
const leanZod: Plugin = {
  name: 'lean-zod',
  setup(build) {
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, ({ path }) => ({
      contents: "export { default as en } from './en.js';",
      resolveDir: dirname(path),
    }));
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]classic[\\/]from-json-schema\.js$/ }, () => ({
      contents:
        "export function fromJSONSchema() { throw new Error('Failed to read a JSON Schema: it was left out of this bundle.'); }",
    }));
  },
};

/** @throws MissingPeerError when it is not installed */
function findBuffer(): void {
  try {
    createRequire(import.meta.url).resolve('buffer/');
  } catch (cause) {
    missingPeer('buffer', 'to bring what uses Buffer into the browser')(cause);
  }
}

/** Of Node's globals the examples use one. It stands on their first line, so that no line moves. */
const ownBuffer: Plugin = {
  name: 'own-buffer',
  setup(build) {
    build.onLoad({ filter: /[\\/]examples[\\/].*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!/\bBuffer\b/.test(text)) return undefined;
      findBuffer();
      const from = JSON.stringify(join(here, 'worker/buffer.js'));
      return { contents: `import { Buffer } from ${from}; ${text}`, loader: 'ts' };
    });
  },
};

/** How everything is bundled that goes into a browser. */
const settings = {
  bundle: true,
  write: false as const,
  outdir,
  sourcesContent: false,
  platform: 'browser' as const,
  target: 'es2024',
  minify: true,
  // What an implementation threw is part of the record, by the name of its class.
  keepNames: true,
  plugins: [leanZod, leanFaker, ownBuffer, unusedNode],
  metafile: true as const,
  logLevel: 'silent' as const,
};

/** What a run in a page has no use for: requests over msw, and recorded traffic. It would be loaded late. */
const loadedLate: Plugin = {
  name: 'loaded-late',
  setup(build) {
    build.onResolve(
      { filter: /^(?:\.\/msw\/index\.[jt]s|csv-parse\/.*|#trace-text)$/ },
      ({ path, kind }) => (kind === 'dynamic-import' ? { path, external: true } : undefined),
    );
  },
};

/** How a classic script is bundled that stands alone. */
export const oneFile = {
  ...settings,
  plugins: [loadedLate, ...settings.plugins],
  format: 'iife' as const,
};

/** @throws MissingPeerError when it is not installed */
export const loadBundler = () =>
  import('esbuild').catch(missingPeer('esbuild', 'to bundle the scripts of pages'));

/** The program of a report. */
export const reportScript = (): Promise<string> => bundleScript(join(here, 'client/report.ts'));

/** The program of a report that runs storms again. */
export const liveReportScript = (): Promise<string> =>
  bundleScript(join(here, 'client/live-report.ts'));

/** The program of the page of a run under way. */
export const liveScript = (): Promise<string> => bundleScript(join(here, 'client/live.ts'));

/** A program of one file, for a page of one file. */
async function bundleScript(path: string): Promise<string> {
  const { build } = await loadBundler();
  const { outputFiles } = await build({
    ...oneFile,
    entryPoints: [path],
    keepNames: false,
  });
  // In a page of one file it stands between tags.
  return (outputFiles[0]?.text ?? '').replaceAll('</script', String.raw`<\/script`);
}

async function bundle(source: string, resolveDir = here): Promise<Bundle> {
  const { build } = await loadBundler();
  const { outputFiles, metafile } = await build({
    ...settings,
    stdin: { contents: source, resolveDir, sourcefile: 'entry.ts', loader: 'ts' },
    sourcemap: 'external',
    splitting: true,
    format: 'esm',
  });
  const outputs = outputFiles.map(({ path, text }) => [basename(path), text] as const);
  const files = new Map(outputs.filter(([name]) => !name.endsWith('.map')));
  const imports = new Map(
    Object.entries(metafile.outputs).map(([path, { imports: all }]) => [
      basename(path),
      all.flatMap(({ path: to, kind }) => (kind === 'import-statement' ? [basename(to)] : [])),
    ]),
  );
  const entry = entryFile;
  const first = new Set([entry]);
  for (const file of first) for (const next of imports.get(file) ?? []) first.add(next);
  for (const [name, text] of files) {
    if (/from"node:|import"node:/.test(text)) {
      throw new Error(`Failed to bundle ${name}: it needs a module of Node. Leave it out.`);
    }
  }
  const maps = outputs.flatMap(([name, text]) => {
    const script = name.replace(/\.map$/, '');
    return script !== name && first.has(script) ? [[script, leanSourceMap(text)] as const] : [];
  });
  files.set('source-maps.json', JSON.stringify(Object.fromEntries(maps)));
  return { entry, files, first: [...first] };
}
