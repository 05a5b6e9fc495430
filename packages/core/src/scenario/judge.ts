import type { AnyExample, AnyImplementation } from './example.ts';
import { plural } from './format.ts';
import type { FinishedPhase } from './run-phase.ts';
import { rounded } from './recorder.ts';
import type { Check, Verdict } from './record.ts';
import { type Finding, type Rule, type Rules, rulesFor } from './rules/index.ts';
import type { Role } from './scenario.ts';
import type { ExampleTypes } from './types.ts';

/** What the judge says of a phase. */
export interface Judgement {
  readonly checks: readonly Check[];
  readonly verdict: Verdict;
}

/**
 * Judges a phase: every rule of the example, and with the role `broken` the signs of the incident. It
 * is broken when one rule does not hold. What the scenario declares for the role is another matter:
 * a flawed system has to break with all signs, a repaired one has to survive.
 */
export function judgePhase(
  example: AnyExample,
  implementation: AnyImplementation,
  role: Role,
  signs: Rules<ExampleTypes, 'sign'>,
  phase: FinishedPhase,
): Judgement {
  const id: string = implementation.name;
  const rules = rulesFor(example.rules as Rules<ExampleTypes>, phase.judged.settings).map((rule) =>
    check(id, rule, phase),
  );
  const seen = role === 'broken' ? Object.values(signs).map((sign) => check(id, sign, phase)) : [];
  return judgementOf(id, role, rules, seen);
}

/** The verdict on checks of rules, and of signs that have to be seen. */
export function judgementOf(
  id: string,
  role: Role,
  rules: readonly Check[],
  seen: readonly Check[] = [],
): Judgement {
  const broken = rules.filter(({ ok }) => !ok);
  const missing = seen.filter(({ ok }) => !ok);
  const outcome = broken.length > 0 ? 'broken' : 'survived';
  const declared = role === 'broken' ? 'broken' : 'survived';
  const isAsDeclared = outcome === declared && missing.length === 0;
  return {
    checks: [...seen, ...rules],
    verdict: {
      type: 'verdict',
      phase: id,
      outcome,
      declared,
      isAsDeclared,
      broken: broken.map(({ name }) => name),
      missingSigns: missing.map(({ name }) => name),
      text: verdictText(broken, missing, rules.length, declared),
    },
  };
}

const figuresIn = (checks: readonly Check[]): string =>
  checks.map(({ title, observed }) => `${title} (${observed})`).join('; ');

function verdictText(
  broken: readonly Check[],
  missing: readonly Check[],
  rules: number,
  declared: Verdict['declared'],
): string {
  const notSeen =
    missing.length === 0
      ? ''
      : ` The incident did not happen as it should: not ${figuresIn(missing)}.`;
  if (broken.length === 0) {
    const survived = rules === 1 ? 'the rule holds' : `all ${plural(rules, 'rule')} hold`;
    return declared === 'broken'
      ? `${survived}: the incident did not happen.${notSeen}`
      : `${survived}.`;
  }
  const does = broken.length === 1 ? 'does' : 'do';
  return `${broken.length} of ${plural(rules, 'rule')} ${does} not hold: ${broken
    .map(({ name, observed }) => `${name} (${observed})`)
    .join('; ')}.${notSeen}`;
}

/** One rule on one phase. */
export const check = (phaseId: string, rule: Rule<ExampleTypes>, phase: FinishedPhase): Check =>
  checkOf(phaseId, rule, phase, rule.judge(phase.judged));

/** What a rule has found in a phase, as it stands in a record. */
export function checkOf(
  phaseId: string,
  rule: Rule<ExampleTypes>,
  phase: FinishedPhase,
  { holds, observed, value, unit }: Finding,
): Check {
  const violation = phase.violations.get(rule.name);
  return {
    type: 'check',
    phase: phaseId,
    name: rule.name,
    title: rule.title,
    kind: rule.kind,
    ok: holds,
    expected: rule.expected,
    observed,
    ...(value !== undefined && Number.isFinite(value) && { value: rounded(value) }),
    ...(unit !== undefined && { unit }),
    ...(!holds && violation && { firstViolation: violation }),
  };
}
