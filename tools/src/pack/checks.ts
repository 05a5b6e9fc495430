import { globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import { checkBudgets, hooksBudgets } from './budgets.ts';
import { checkCreatedPage } from './created-page.ts';
import { Project } from './project.ts';
import { run, runWell } from './shell.ts';
import { root } from '../workspace.ts';
import type { Tarballs } from './tarballs.ts';
import { checkVitePage } from './vite-page.ts';

export interface Bench {
  /** An empty folder outside the repository. */
  readonly folder: string;
  readonly tarballs: Tarballs;
  /** Whether only what three minutes hold is checked. */
  readonly isSample: boolean;
}

/** One check. Throws what is wrong, returns what it has found. */
export type Check = (bench: Bench) => Promise<string>;

/** What runs on Node 20 already. */
const portable = ['hooks', 'resilience', 'capacity'] as const;
const withoutPeers = [...portable, 'simulation', 'event-store'] as const;
/** Programs that need a peer, and the peer. */
const withPeers = {
  services: 'msw',
  trace: 'csv-parse',
  pglite: '@electric-sql/pglite',
  postgres: 'pg',
  bullmq: 'bullmq',
  telemetry: '@opentelemetry/api',
  contract: 'vitest',
} as const;
const peers = [...Object.values(withPeers), 'ioredis', '@types/pg', '@types/node', 'zod'];

/** The versions of this repository. */
const [, catalog = ''] = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8').split(
  'catalog:\n',
);

/** A package at the version that this repository uses. */
function pinned(name: string): string {
  const [, version] =
    new RegExp(`^ {2}'?${name.replaceAll('/', '\\/')}'?: (\\S+)$`, 'm').exec(catalog) ?? [];
  return version === undefined ? name : `${name}@${version}`;
}

const platform = `node-${process.platform}-${process.arch}`;
/** The oldest that the whole package runs on, and the majors from there. 24 is the repository's own. */
const versions = { '20': '20', '22': '22.12.0', '26': '26' } as const;

export const checks: Readonly<Record<string, Check>> = {
  'publint and arethetypeswrong find nothing': async ({ tarballs, folder }) => {
    const { hooks, core, create } = tarballs;
    for (const file of [hooks, core, create]) {
      await runWell('publint', ['run', '--strict', file], folder);
    }
    for (const file of [hooks, core]) {
      await runWell('attw', [file, '--profile', 'esm-only', '--format', 'ascii'], folder);
    }
    return '3 tarballs';
  },

  'the hooks alone: size, packages, bundle': async ({ tarballs, folder }) => {
    const project = new Project(join(folder, 'hooks-alone'));
    await project.install(tarballs.hooks);
    const modules = join(project.folder, 'node_modules');
    const files = readdirSync(modules, { recursive: true, withFileTypes: true }).filter((each) =>
      each.isFile(),
    );
    const sizes = files.map((file) => readFileSync(join(file.parentPath, file.name)).length);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    const packages = readdirSync(modules).filter((name) => !name.startsWith('.'));
    if (packages.join() !== '@firedrill') throw new Error(`It brings ${packages.join(', ')}.`);
    if (bytes > 2_000_000) throw new Error(`It takes ${bytes} bytes, and may take 2,000,000.`);
    const size = await checkBudgets(project, hooksBudgets('@firedrill/hooks'));
    return `${Math.round(bytes / 1_000)} kB installed, nothing beside it; ${size}`;
  },

  'plain JavaScript on every Node, without peers': async ({ tarballs, folder, isSample }) => {
    const project = new Project(join(folder, 'plain'));
    const names = isSample ? (['20'] as const) : (['20', '22', '26'] as const);
    const nodes = names.map((name) => `node${name}@npm:${platform}@${versions[name]}`);
    await project.install(tarballs.core, ...nodes);
    for (const name of withoutPeers) project.writeJavaScript(name);
    for (const name of ['24', ...names]) {
      const node = nodeOf(project, name);
      const programs = name === '20' ? portable : withoutPeers;
      for (const program of programs) await runWell(node, [`${program}.js`], project.folder);
      await checkBin(project, node, name === '20');
      if (name !== '20') await checkMissingPeers(project, node);
    }
    return `Node ${['24', ...names].join(', ')}`;
  },

  'plain JavaScript on Bun': async ({ tarballs, folder, isSample }) => {
    if (isSample) return 'for the night';
    const project = new Project(join(folder, 'bun'));
    // The package brings the program for this machine along; its script would only put it elsewhere.
    await project.install('--ignore-scripts', tarballs.core, 'bun@1');
    const [program] = globSync('node_modules/@oven/bun-*/bin/bun', { cwd: project.folder });
    if (program === undefined)
      throw new Error('The package "bun" has no program for this machine.');
    const bun = join(project.folder, program);
    for (const name of withoutPeers) {
      project.writeJavaScript(name);
      await runWell(bun, [`${name}.js`], project.folder);
    }
    const version = await runWell(bun, ['--version'], project.folder);
    return `${withoutPeers.join(', ')} on Bun ${version.trim()}`;
  },

  'the whole package, with its peers': async ({ tarballs, folder, isSample }) => {
    const project = new Project(join(folder, 'whole'));
    const names = isSample ? [] : (['22', '26'] as const);
    const nodes = names.map((name) => `node${name}@npm:${platform}@${versions[name]}`);
    await project.install(tarballs.core, ...peers.map(pinned), ...nodes);
    for (const program of Object.keys(withPeers)) project.writeJavaScript(program);
    for (const name of ['24', ...names]) {
      const node = nodeOf(project, name);
      for (const program of Object.keys(withPeers)) {
        await runWell(node, [`${program}.js`], project.folder);
      }
    }
    return `${Object.keys(withPeers).join(', ')} on Node ${['24', ...names].join(', ')}`;
  },

  'TypeScript, strict, with the types of libraries checked': async (bench) => {
    const project = new Project(join(bench.folder, 'types'));
    const compilers = bench.isSample
      ? ['typescript5@npm:typescript@5.9']
      : ['typescript5@npm:typescript@5.9', `typescript7@npm:${pinned('typescript')}`];
    await project.install(bench.tarballs.core, ...peers.map(pinned), ...compilers);
    const programs = [...withoutPeers, ...Object.keys(withPeers)];
    for (const program of programs) project.writeTypeScript(program);
    const found: string[] = [];
    for (const compiler of compilers.map((spec) => spec.split('@')[0] ?? '')) {
      for (const module of ['nodenext', 'bundler'] as const) {
        const file = `tsconfig.${module}.json`;
        project.write(file, JSON.stringify(strict(module, programs)));
        const tsc = join(project.folder, 'node_modules', compiler, 'bin/tsc');
        await runWell('node', [tsc, '-p', file], project.folder);
        found.push(`${compiler} ${module}`);
      }
    }
    return `${programs.length} programs: ${found.join(', ')}`;
  },

  'bundles stay within their budgets': async ({ tarballs, folder }) => {
    const project = new Project(join(folder, 'bundles'));
    await project.install(tarballs.core);
    return checkBudgets(project);
  },

  'create-firedrill makes a project that runs': async ({ tarballs, folder, isSample }) => {
    // By a path that begins with ./, or npm takes it for the name of a program.
    const packed = `./${basename(tarballs.create)}`;
    const args = ['exec', '--yes', packed, '--', 'tea', '--core', tarballs.core];
    await runWell('npm', args, folder);
    const project = join(folder, 'tea');
    await runWell('npm', ['run', 'check'], project);
    await runWell('npm', ['start', '--', '--scenario=failure', '--verify'], project);
    await runWell('npm', ['run', 'swarm'], project);
    if (isSample) return 'failure, twice the same, and swarm';
    await runWell('npm', ['start', '--', '--scenario=recovery', '--report=run.html'], project);
    await runWell('npm', ['start', '--', '--scenario=scale', '--transport=in-process'], project);
    await runWell('npm', ['start'], project);
    return `failure, recovery, scale, story, swarm, ${await checkCreatedPage(project)}`;
  },

  'a page by Vite, in Chromium': async (bench) =>
    bench.isSample ? 'for the night' : checkVitePage(bench),
};

function nodeOf(project: Project, name: string): string {
  if (name === '24') return process.execPath;
  return join(project.folder, 'node_modules', `node${name}`, 'bin/node');
}

/** The program works, or says in one sentence why not. */
async function checkBin(project: Project, node: string, isOld: boolean): Promise<void> {
  const bin = join(project.folder, 'node_modules/@firedrill/core/dist/bin/firedrill.js');
  const args = [bin, 'capacity', '--events-per-second=120', '--processing-ms=80'];
  const { code, text } = await run(node, args, project.folder);
  const isRight = isOld
    ? code === 2 && /^Failed to start: firedrill needs Node [^\n]+\n$/.test(text)
    : code === 0 && text.includes('workers');
  if (!isRight) throw new Error(`firedrill capacity on ${node} ended with ${code}:\n${text}`);
}

/** Each part that needs a peer asks for it by its name. */
async function checkMissingPeers(project: Project, node: string): Promise<void> {
  for (const [program, peer] of Object.entries(withPeers)) {
    project.writeJavaScript(program);
    const { code, text } = await run(node, [`${program}.js`], project.folder);
    if (code !== 0 && text.includes(`Install it: npm install ${peer}`)) continue;
    throw new Error(`Without ${peer}, ${program}.js ended with ${code}:\n${text}`);
  }
  await checkProgramsWithoutPeers(project, node);
}

/** The programs say so in one sentence, and end as for any other mistake of whoever started them. */
async function checkProgramsWithoutPeers(project: Project, node: string): Promise<void> {
  const bin = join(project.folder, 'node_modules/@firedrill/core/dist/bin/firedrill.js');
  project.write('begun.ndjson', `${JSON.stringify(begun)}\n`);
  const programs: readonly (readonly [string, readonly string[]])[] = [
    ['uplot', ['view', 'begun.ndjson', '--unfinished', '--to=html']],
    ['uplot', ['page', '--port=0']],
  ];
  for (const [peer, args] of programs) {
    const { code, text } = await run(node, [bin, ...args], project.folder);
    const sentence = new RegExp(`^Failed to load ${peer}: [^\\n]+ npm install ${peer}\\n$`);
    if (code === 2 && sentence.test(text)) continue;
    throw new Error(`Without ${peer}, firedrill ${args[0]} ended with ${code}:\n${text}`);
  }
}

/** The first line of a run. */
const begun = {
  type: 'run.started',
  v: 2,
  example: 'tea',
  title: 'Tea',
  scenario: 'failure',
  scenarioTitle: 'No tea',
  seed: 1,
  startsAt: '2026-01-05T08:00:00.000Z',
  durationMs: 1_000,
  options: {},
  phases: [],
  charts: [],
  series: [],
  metrics: [],
};

function strict(module: 'nodenext' | 'bundler', programs: readonly string[]): object {
  return {
    compilerOptions: {
      target: 'es2022',
      lib: ['es2023', 'dom', 'dom.asynciterable'],
      types: ['node'],
      module: module === 'nodenext' ? 'nodenext' : 'esnext',
      moduleResolution: module,
      noEmit: true,
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
    },
    files: programs.map((program) => `${program}.ts`),
  };
}
