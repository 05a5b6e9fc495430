import process from 'node:process';
import type { Findings, Goal } from './goal.ts';

export function asText({ what, must, measured, isMet }: Goal): string {
  return `${isMet ? 'met   ' : 'MISSED'} ${what}\n       must be: ${must}\n       is:      ${measured}`;
}

export function asMarkdown(parts: Readonly<Record<string, Findings>>): string {
  const goals = Object.values(parts).flatMap((part) => part.goals);
  return [
    '| what | must be | measured | |',
    '| --- | --- | --- | --- |',
    ...goals.map(
      ({ what, must, measured, isMet }) =>
        `| ${what} | ${must} | ${measured} | ${isMet ? 'met' : 'MISSED'} |`,
    ),
  ].join('\n');
}

export function asJson(parts: Readonly<Record<string, Findings>>, options: object): string {
  return JSON.stringify({ node: process.version, ...options, parts }, undefined, 2);
}
