import type { AnyExample, Role, Rule, StormScenario } from './example.ts';
import type { Check } from './record.ts';
import type { FinishedPhase } from './run-phase.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- the example fixes its types
type AnyRule = Rule<any, any, any>;
// oxlint-disable-next-line typescript/no-explicit-any -- the example fixes its types
type AnyStorm = StormScenario<any, any, any>;

/**
 * The checks of a phase by its role. A repaired system must keep every rule. A broken one must show
 * the signs of the incident, and break just the rules that it is there to break: an incident that no
 * longer happens is as wrong as a repair that no longer holds.
 */
export function judgePhase(
  example: AnyExample,
  scenario: AnyStorm,
  cast: { readonly implementation: string; readonly role: Role },
  phase: FinishedPhase,
): readonly Check[] {
  if (cast.role === 'repaired') {
    return example.rules.map((rule) => check(cast.implementation, rule, phase));
  }
  const { breaks } =
    example.implementations.find(({ name }) => name === cast.implementation) ?? noImplementation;
  return [
    ...scenario.incident.map((sign) => check(cast.implementation, sign, phase)),
    ...example.rules
      .filter(({ name }) => breaks.includes(name))
      .map((rule) => brokenAsDescribed(cast.implementation, rule, phase)),
  ];
}

const noImplementation = { breaks: [] as readonly string[] };

function check(phaseId: string, rule: AnyRule, phase: FinishedPhase): Check {
  const { holds, observed } = rule.evaluate(phase);
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
    ...(!holds && violation && { firstViolation: violation }),
  };
}

function brokenAsDescribed(phaseId: string, rule: AnyRule, phase: FinishedPhase): Check {
  const { holds, observed } = rule.evaluate(phase);
  const violation = phase.violations.get(rule.name);
  return {
    type: 'check',
    phase: phaseId,
    name: `breaks-${rule.name}`,
    title: `does not hold here: ${rule.title}`,
    kind: 'incident',
    ok: !holds,
    expected: `not: ${rule.expected}`,
    observed,
    ...(violation && { firstViolation: violation }),
  };
}
