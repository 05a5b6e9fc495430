import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import process from 'node:process';
import { asMarkdown } from './print.ts';
import type { RowResult, RunOptions } from './run.ts';

const page = new URL('../../../../docs/benchmarks.md', import.meta.url);
const begin = '<!-- measured: hooks -->';
const end = '<!-- /measured -->';

/**
 * Replaces the table of the documentation with what this run has measured, and says on what.
 * @throws Error when the page has lost the marks between which the table stands
 */
export function writeDocument(results: readonly RowResult[], options: RunOptions): void {
  const text = readFileSync(page, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from === -1 || to === -1) {
    throw new Error(
      `Failed to document the benchmark: docs/benchmarks.md has no "${begin}" … "${end}". Put them back.`,
    );
  }
  const [cpu] = os.cpus();
  const where =
    `Node ${process.versions.node}, ${os.availableParallelism()} cores of ${cpu?.model.trim() ?? 'an unknown CPU'}, ` +
    `${options.events.toLocaleString('en-US')} emits, medians of ${options.rounds} interleaved rounds.`;
  const table = `${begin}\n\n${where}\n\n${asMarkdown(results)}\n\n`;
  writeFileSync(page, text.slice(0, from) + table + text.slice(to));
}
