import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Project } from './project.ts';

/** What a program imports, and what that may weigh as a bundle. */
export interface Budget {
  readonly from: string;
  /** The names imported; all of them when left out. */
  readonly names?: string;
  /** In kilobytes (1,000 bytes), bundled for a browser, minified and compressed by gzip. */
  readonly kilobytes: number;
}

/** The hooks on their own, with every promise that they make, and with all that can be added. */
export function hooksBudgets(from: string): readonly Budget[] {
  return [
    { from, names: 'createHooks', kilobytes: 14 },
    { from, kilobytes: 16.5 },
  ];
}

/** What each import takes, and a tenth for what comes. Peers that are not installed stay outside. */
const budgets: readonly Budget[] = [
  ...hooksBudgets('@firedrill/core/hooks'),
  { from: '@firedrill/core/resilience', kilobytes: 15.5 },
  { from: '@firedrill/core/capacity', kilobytes: 17 },
  { from: '@firedrill/core/simulation', kilobytes: 16.5 },
  { from: '@firedrill/core/workload', kilobytes: 25 },
  { from: '@firedrill/core/services', kilobytes: 120 },
  { from: '@firedrill/core/event-store', kilobytes: 35 },
  { from: '@firedrill/core/scenario', kilobytes: 164 },
];

/** @throws Error naming each import that is above its budget, with both figures */
export async function checkBudgets(
  project: Project,
  given: readonly Budget[] = budgets,
): Promise<string> {
  const sizes: string[] = [];
  const over: string[] = [];
  for (const budget of given) {
    const { from, names, kilobytes } = budget;
    const size = await bundledKilobytes(project, budget);
    const what = [from.replace(/^@firedrill\//, ''), names].filter(Boolean).join(' ');
    const text = `${what} ${size.toFixed(1)} of ${kilobytes} kB`;
    (size > kilobytes ? over : sizes).push(text);
  }
  if (over.length > 0) throw new Error(`Above the budget: ${over.join(', ')}.`);
  return sizes.join(', ');
}

async function bundledKilobytes(project: Project, { from, names }: Budget): Promise<number> {
  const exported = names === undefined ? '*' : `{ ${names} }`;
  const { outputFiles } = await build({
    stdin: { contents: `export ${exported} from '${from}';`, resolveDir: project.folder },
    bundle: true,
    splitting: true,
    write: false,
    outdir: project.folder,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    external: ['msw', 'csv-parse'],
    logLevel: 'silent',
  });
  const bytes = outputFiles.reduce((sum, file) => sum + gzipSync(file.contents).length, 0);
  return bytes / 1_000;
}
