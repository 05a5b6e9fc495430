import process from 'node:process';
import { type Goal, unitOf } from './rows.ts';
import type { RowResult, Verdict } from './run.ts';

function figure(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

function goalText(goal: Goal): string {
  if (goal.kind === 'at-most') return `at most ${goal.value}`;
  const peer = goal.peers.length === 1 ? goal.peers[0] : 'the best deferring peer';
  // A figure of ours that may be the larger one reads better the other way round.
  return goal.times < 1
    ? `at most ${figure(1 / goal.times)} times ${peer}`
    : `${peer} at least ${goal.times}x`;
}

function verdictText({ goal, reached, isMet }: Verdict): string {
  const value = goal.kind === 'times-ours' && goal.times < 1 ? 1 / reached : reached;
  return `${isMet ? 'met' : 'MISSED'}: ${figure(value)}`;
}

export function asText({ row, figures, verdicts }: RowResult): string {
  const goals = verdicts.map((each) => `  goal: ${goalText(each.goal)}   ${verdictText(each)}`);
  const lines = figures.map(({ peer, median, timesOurs, events, note }) => {
    const ratio = peer === figures[0]?.peer ? '' : `${figure(timesOurs)}x`;
    // Slow peers are given fewer events, which flatters them where a backlog is what costs.
    const remarks = events === figures[0]?.events ? '' : `(${events})`;
    const value = `${figure(median)} ${unitOf[row.measure]}`;
    return `  ${peer.padEnd(14)} ${value.padStart(18)} ${ratio.padStart(8)} ${remarks.padStart(9)}   ${note ?? ''}`.trimEnd();
  });
  return [row.title, ...goals, ...lines, ''].join('\n');
}

export function asMarkdown(results: readonly RowResult[]): string {
  const head = '| work | firedrill | peers (times ours) | goal |\n| --- | --- | --- | --- |';
  const lines = results.map(({ row, figures, verdicts }) => {
    const [ours, ...others] = figures;
    const peers = others
      .toSorted((a, b) => a.timesOurs - b.timesOurs)
      .map(({ peer, timesOurs }) => `${peer} ${figure(timesOurs)}x`);
    const own = `${figure(ours?.median ?? NaN)} ${unitOf[row.measure]}`;
    const judged = verdicts.map((each) => `${goalText(each.goal)}: ${verdictText(each)}`);
    const cells = [row.title, own, peers.join(', '), judged.join('<br>')];
    return `| ${cells.join(' | ')} |`;
  });
  return [head, ...lines].join('\n');
}

export function asJson(results: readonly RowResult[], options: object): string {
  return JSON.stringify(
    {
      node: process.version,
      ...options,
      rows: results.map(({ row, figures, verdicts }) => ({
        id: row.id,
        title: row.title,
        unit: unitOf[row.measure],
        figures,
        verdicts,
      })),
    },
    undefined,
    2,
  );
}
