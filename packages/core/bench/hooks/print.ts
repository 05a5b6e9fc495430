import process from 'node:process';
import { type Goal, unitOf } from './rows.ts';
import type { RowResult } from './run.ts';

function figure(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

function goalText(goal: Goal | undefined): string {
  if (goal === undefined) return '';
  return goal.kind === 'at-most' ? `at most ${goal.value}` : `${goal.peer} at least ${goal.times}x`;
}

function verdict({ row, reached, isMet }: RowResult): string {
  if (row.goal === undefined || reached === undefined) return '';
  return `${isMet ? 'met' : 'MISSED'}: ${figure(reached)}`;
}

export function asText(result: RowResult): string {
  const { row, figures } = result;
  const goal = row.goal === undefined ? '' : `   goal: ${goalText(row.goal)}   ${verdict(result)}`;
  const lines = figures.map(({ peer, median, timesOurs, events, note }) => {
    const ratio = peer === figures[0]?.peer ? '' : `${figure(timesOurs)}x`;
    // Slow peers are given fewer events, which flatters them where a backlog is what costs.
    const remarks = events === figures[0]?.events ? '' : `(${events})`;
    const value = `${figure(median)} ${unitOf[row.measure]}`;
    return `  ${peer.padEnd(14)} ${value.padStart(18)} ${ratio.padStart(8)} ${remarks.padStart(9)}   ${note ?? ''}`.trimEnd();
  });
  return `${row.title}${goal}\n${lines.join('\n')}\n`;
}

export function asMarkdown(results: readonly RowResult[]): string {
  const head =
    '| work | firedrill | peers (times ours) | goal | |\n| --- | --- | --- | --- | --- |';
  const lines = results.map((result) => {
    const { row, figures } = result;
    const [ours, ...others] = figures;
    const peers = others
      .toSorted((a, b) => a.timesOurs - b.timesOurs)
      .map(({ peer, timesOurs }) => `${peer} ${figure(timesOurs)}x`);
    const own = `${figure(ours?.median ?? NaN)} ${unitOf[row.measure]}`;
    const cells = [row.title, own, peers.join(', '), goalText(row.goal), verdict(result)];
    return `| ${cells.join(' | ')} |`;
  });
  return [head, ...lines].join('\n');
}

export function asJson(results: readonly RowResult[], options: object): string {
  return JSON.stringify(
    {
      node: process.version,
      ...options,
      rows: results.map(({ row, figures, reached, isMet }) => ({
        id: row.id,
        title: row.title,
        unit: unitOf[row.measure],
        figures,
        goal: row.goal,
        reached,
        isMet,
      })),
    },
    undefined,
    2,
  );
}
