import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, newCommand, runTool } from '../src/command-line/index.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

/** Modules that are started or bundled by their path, and that nothing imports. */
const byPath = [
  'src/bin/run.ts',
  'src/capacity-cli/main.ts',
  'src/command-line/start-command/installed.ts',
  'src/event-store/pglite/template-worker.ts',
  'src/event-store/pglite/worker.ts',
  'src/page/client/main.ts',
  'src/page/client/live.ts',
  'src/page/client/live-report.ts',
  'src/page/client/report.ts',
  'src/page/live/live-worker.ts',
  'src/page/worker/await-source-map.ts',
  'src/page/worker/load-source-maps.ts',
  'src/page/worker/serve-example.ts',
  'src/swarm-cli/worker.ts',
];

/** What is no module of TypeScript: styles, scripts of pages, and programs that start in JavaScript. */
const assets = ['bin/*.js', 'cli/*.js', '{page,report,capacity-cli}/**/*.{js,css}'];

interface Manifest {
  readonly exports: Readonly<Record<string, string>>;
  readonly imports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly publishConfig: unknown;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

const command = newCommand(
  'pnpm --filter @firedrill/core build',
  'Builds what is published into dist: for each module its JavaScript, declarations and source map (with ' +
    'the source in it), at the place that it has in src, so that what lies beside a module is found there.',
);

await runTool(command, { defaults: {} }, () => {
  rmSync(dist, { recursive: true, force: true });
  compile();
  copyAssets();
  for (const file of globSync('**/*.{js,d.ts}', { cwd: dist })) rename(join(dist, file));
  const wrong = notAsPublished();
  for (const sentence of wrong) console.error(`Failed to build: ${sentence}`);
  return wrong.length === 0 ? exitCodes.asExpected : exitCodes.checkFailed;
});

function compile(): void {
  const config = join(root, 'tsconfig.build.generated.json');
  const doors = Object.values(manifest.imports).flatMap((targets) =>
    typeof targets === 'string' ? [targets] : Object.values(targets),
  );
  const rooms = Object.values(manifest.exports).filter((path) => path.startsWith('./src/'));
  const files = [...rooms, ...doors, ...byPath].filter((path) => path.endsWith('.ts'));
  writeFileSync(
    config,
    JSON.stringify({
      extends: './tsconfig.json',
      compilerOptions: {
        noEmit: false,
        rootDir: 'src',
        outDir: 'dist',
        // As old as the oldest Node that the hooks run on.
        target: 'es2022',
        lib: 'es2024 esnext.array esnext.disposable esnext.iterator dom dom.iterable'.split(' '),
        types: ['node', 'uplot'],
        allowUmdGlobalAccess: true,
        declaration: true,
        sourceMap: true,
        inlineSources: true,
        rewriteRelativeImportExtensions: true,
      },
      include: [],
      files,
    }),
  );
  try {
    execFileSync('tsc', ['-p', config], { cwd: root, stdio: 'inherit' });
  } finally {
    rmSync(config);
  }
}

function copyAssets(): void {
  for (const file of assets.flatMap((pattern) => globSync(pattern, { cwd: join(root, 'src') }))) {
    cpSync(join(root, 'src', file), join(dist, file));
  }
  // It has effects alone.
  writeFileSync(join(dist, 'cli/compile-cache.d.ts'), 'export {};\n');
}

/** The compiler renames what is imported; what is loaded by its path, and declarations, are left to do. */
function rename(path: string): void {
  const text = readFileSync(path, 'utf8');
  const renamed = path.endsWith('.d.ts')
    ? text.replaceAll(/((?:from |import\()'\.\.?\/[^']*)\.ts'/g, "$1.js'")
    : text
        .replaceAll(/(new URL\('[^']*)\.ts(', import\.meta\.url\))/g, '$1.js$2')
        .replaceAll(/(join\((?:here|import\.meta\.dirname), '[^']*)\.ts('\))/g, '$1.js$2')
        .replaceAll(/(import\('\.\.?\/[^']*)\.ts('\))/g, '$1.js$2');
  if (renamed !== text) writeFileSync(path, renamed);
}

/** What the published manifest names and is not there, and modules that ask for a source. */
function notAsPublished(): readonly string[] {
  const named = JSON.stringify(manifest.publishConfig).match(/\.\/dist\/[^"]+/g) ?? [];
  const missing = named.filter((path) => !existsSync(join(root, path)));
  const asking = globSync('**/*.{js,d.ts}', { cwd: dist }).filter((file) =>
    /(?:from |import\(|new URL\(|join\((?:here|import\.meta\.dirname), )'[\w./-]*\.ts'/.test(
      readFileSync(join(dist, file), 'utf8').replaceAll(/^\s*(?:\*|\/\/).*$/gm, ''),
    ),
  );
  return [
    ...missing.map((path) => `package.json publishes ${path}, which is not there.`),
    ...asking.map((file) => `dist/${file} asks for a source by its path.`),
  ];
}
