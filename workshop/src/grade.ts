import type { RuleVerdict, Verdict } from '@firedrill/core/workshop';
import type { Attempt } from './progress.ts';

/** What is different from the last save, in words; undefined where nothing is. */
export function changeOf(rule: RuleVerdict, before: Attempt | undefined): string | undefined {
  const last = before?.rules[rule.name];
  if (last === undefined || last.observed === rule.observed) return undefined;
  const what =
    last.holds === rule.holds ? 'was' : rule.holds ? 'now holds; was' : 'held before, with';
  return `${what} ${last.observed}`;
}

/** The first rule that does not hold: that of hints. What held before comes first. */
export function firstBroken(verdict: Verdict): RuleVerdict | undefined {
  const broken = verdict.rules.filter(({ holds }) => !holds);
  const rank = { work: 0, before: 1, step: 2 };
  return broken.toSorted((a, b) => rank[a.part] - rank[b.part])[0];
}

/** The step in one sentence: "no webhook lost: yes; webhooks arrive: not yet". */
export function gradeOf({ rules }: Verdict): string {
  const own = rules.filter(({ part, holds }) => part !== 'before' || !holds);
  return own
    .map(
      ({ short, part, holds }) =>
        `${short}: ${holds ? 'yes' : part === 'before' ? 'not any more' : 'not yet'}`,
    )
    .join('; ');
}
