import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Project } from './project.ts';

/** The goal is 14; they take 16.0, of which decision 0143 tells. The budget keeps that from growing. */
export const hooksKilobytes = 16.2;

/**
 * Kilobytes (1,000 bytes) of each import, bundled for a browser, minified and compressed by gzip: what it
 * takes, and a tenth for what comes. Peers that are not installed stay outside.
 */
const kilobytes: Readonly<Record<string, number>> = {
  '@firedrill/core/hooks': hooksKilobytes,
  '@firedrill/core/resilience': 15.5,
  '@firedrill/core/capacity': 17,
  '@firedrill/core/simulation': 16.5,
  '@firedrill/core/workload': 25,
  '@firedrill/core/services': 120,
  '@firedrill/core/event-store': 35,
  '@firedrill/core/scenario': 164,
};

/** @throws Error naming each import that is above its budget, with both figures */
export async function checkBudgets(
  project: Project,
  budgets: Readonly<Record<string, number>> = kilobytes,
): Promise<string> {
  const sizes: string[] = [];
  const over: string[] = [];
  for (const [name, budget] of Object.entries(budgets)) {
    const size = await bundledKilobytes(project, name);
    const text = `${name.replace(/^@firedrill\//, '')} ${size.toFixed(1)} of ${budget} kB`;
    (size > budget ? over : sizes).push(text);
  }
  if (over.length > 0) throw new Error(`Above the budget: ${over.join(', ')}.`);
  return sizes.join(', ');
}

async function bundledKilobytes(project: Project, name: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: `export * from '${name}';`, resolveDir: project.folder },
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
