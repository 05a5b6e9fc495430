import { readFileSync } from 'node:fs';
import type { Verdict } from '@firedrill/core/workshop';
import { firstBroken } from './grade.ts';
import { idOf, ownFile, type Place, twinFile } from './incidents.ts';
import { textDifference } from './text-difference.ts';
import { wrapped } from './wrapped.ts';

/** How deep a hint goes: where to look, what is going on, how the solution differs. */
export const hintDepths = [1, 2, 3] as const;
export type HintDepth = (typeof hintDepths)[number];

/** What the learner's own run says, down to a depth. */
export function hintText(place: Place, verdict: Verdict, depth: HintDepth): string {
  const rule = firstBroken(verdict);
  if (rule?.hint === undefined)
    return 'Every rule of this step holds in its storm: there is nothing to hint at.';
  const lines = [`${rule.short}: ${rule.observed}`, '', ...wrapped(rule.hint.where, '  ')];
  if (depth >= 2) lines.push('', ...wrapped(rule.hint.why, '  '));
  if (depth >= 3) lines.push('', solutionDiff(place));
  else {
    const next = depth === 1 ? 'what is going on' : 'how the solution differs';
    lines.push('', `Deeper, ${next}: pnpm workshop hint ${idOf(place)}`);
  }
  return lines.join('\n');
}

/** From the learner's file to the solution. */
export function solutionDiff(place: Place, file = ownFile(place)): string {
  return textDifference(
    { name: 'yours', text: readFileSync(file, 'utf8') },
    { name: 'solution', text: readFileSync(twinFile(place, 'solution'), 'utf8') },
  );
}
