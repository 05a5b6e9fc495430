import type { AnyTypes } from './example.ts';
import { formatName, formatValue } from './format.ts';
import { check } from './judge.ts';
import type { Check, RunRecord, Trial } from './record.ts';
import type { StormPhase } from './run-storm.ts';
import type { Cause, Condition, StormScenario } from './scenario.ts';
import type { ReadyStorm, StormChanges } from './storm-run.ts';

/** A condition of a storm with its name. */
export interface NamedCondition {
  readonly name: string;
  readonly condition: Condition;
  readonly isOfCause: boolean;
}

/** One trial: the conditions that are left in. */
export interface PlannedTrial {
  readonly kind: Trial['kind'];
  readonly kept: readonly NamedCondition[];
  /** What the text says was done: "without webhooks hanging". */
  readonly label: string;
}

/**
 * Proves the cause that a scenario names, on its broken implementation: without the cause the signs
 * are gone, with it alone, on an ordinary day, they are there, and no smaller part of it brings all.
 */
export async function proveCause(
  scenario: StormScenario<AnyTypes>,
  storm: ReadyStorm,
  phases: readonly StormPhase[],
  proof: 'named' | 'every',
  write: (record: RunRecord) => void,
): Promise<void> {
  const { cause, signs } = scenario;
  const broken = phases.find(({ role }) => role === 'broken');
  if (cause === undefined || signs === undefined || broken === undefined) return;
  const { implementation } = broken;
  const conditions = conditionsOf(cause, storm);
  const trials = proof === 'named' ? namedTrials(conditions) : everyTrial(conditions);
  let isProven = true;
  for (const planned of trials) {
    const phase = await storm.run(implementation, undefined, keptOf(planned));
    const seen = Object.values(signs).map((sign) => {
      const found = check(implementation.name, sign, phase);
      const usual = broken.judgement.checks.find((each) => each.name === found.name);
      return {
        name: found.name,
        isPresent: found.ok,
        observed: figureOf(found),
        usual: usual === undefined ? '' : figureOf(usual),
      };
    });
    const isAsClaimed = claimHolds(planned.kind, seen);
    if (!isAsClaimed && planned.kind !== 'without-one' && planned.kind !== 'one-alone')
      isProven = false;
    write({
      type: 'trial',
      phase: implementation.name,
      kind: planned.kind,
      conditions: planned.kept.map(({ condition }) => condition.label),
      signs: seen,
      isAsClaimed,
      text: `${planned.label}: ${seen.map(signText).join(', ')}`,
    });
  }
  write({
    type: 'proof',
    phase: implementation.name,
    cause: cause.label,
    isProven,
    text: isProven
      ? `proven in ${trials.length} runs: ${cause.label}. Without it the signs are gone; with it alone, on an ordinary day, they are there.`
      : `not proven: ${cause.label} is not what brings these signs here.`,
  });
}

/** The figure of a sign alone, where it has one. */
const figureOf = ({ value, unit, observed }: Check): string =>
  value === undefined || unit === undefined ? observed : formatValue(value, unit);

const signText = ({ name, observed, usual }: Trial['signs'][number]): string =>
  observed === usual
    ? `${formatName(name)} ${observed} as before`
    : `${formatName(name)} ${observed} instead of ${usual}`;

/** The storm with nothing but the conditions of a trial. */
export function keptOf({ kept }: PlannedTrial): StormChanges {
  return {
    faults: new Set(
      kept.flatMap(({ condition }) => ('faults' in condition ? condition.faults : [])),
    ),
    isOrdinaryLoad: !kept.some(({ condition }) => 'load' in condition),
    isTrial: true,
  };
}

/** Whether a trial came out as the cause claims, by which of the signs were there. */
export function claimHolds(
  kind: Trial['kind'],
  signs: readonly Pick<Trial['signs'][number], 'isPresent'>[],
): boolean {
  if (kind === 'without-cause') return signs.every(({ isPresent }) => !isPresent);
  if (kind === 'cause-alone') return signs.every(({ isPresent }) => isPresent);
  if (kind === 'part-of-cause') return !signs.every(({ isPresent }) => isPresent);
  return true;
}

/** All conditions of a storm: those of its cause, and each fault that the cause does not name. */
export function conditionsOf(
  cause: Cause,
  storm: Pick<ReadyStorm, 'faults'>,
): readonly NamedCondition[] {
  const own = Object.entries(cause.conditions).map(([name, condition]) => ({
    name,
    condition,
    isOfCause: true,
  }));
  const named = new Set(
    own.flatMap(({ condition }) => ('faults' in condition ? condition.faults : [])),
  );
  const known = new Set(storm.faults.map(({ id }) => id));
  for (const id of named) {
    if (known.has(id)) continue;
    throw new RangeError(
      `Failed to prove the cause: the storm has no fault "${id}". It has ${[...known].join(', ')}.`,
    );
  }
  const others = storm.faults
    .filter(({ id }) => !named.has(id))
    .map(({ id }) => ({
      name: id,
      condition: { label: id, faults: [id] },
      isOfCause: false,
    }));
  const hasLoad = own.some(({ condition }) => 'load' in condition);
  const load: NamedCondition = {
    name: 'load',
    condition: { label: 'the load above its base', load: 'above-base' },
    isOfCause: false,
  };
  return [...own, ...(hasLoad ? [] : [load]), ...others];
}

/** What the named cause claims: gone without it, there with it alone, and not with less. */
export function namedTrials(conditions: readonly NamedCondition[]): readonly PlannedTrial[] {
  const cause = conditions.filter(({ isOfCause }) => isOfCause);
  const others = conditions.filter(({ isOfCause }) => !isOfCause);
  const labels = (some: readonly NamedCondition[]): string =>
    some.map(({ condition }) => condition.label).join(' and ');
  const hasLoad = cause.some(({ condition }) => 'load' in condition);
  const parts =
    hasLoad && cause.length > 1 ? cause.map((left) => cause.filter((each) => each !== left)) : [];
  return [
    { kind: 'without-cause', kept: others, label: `without ${labels(cause)}` },
    { kind: 'cause-alone', kept: cause, label: `with ${labels(cause)} alone` },
    ...parts.map((kept): PlannedTrial => ({
      kind: 'part-of-cause',
      kept,
      label: `with ${labels(kept)} alone`,
    })),
  ];
}

/** The claims of the cause, and each condition of the storm removed in turn and kept alone. */
export function everyTrial(conditions: readonly NamedCondition[]): readonly PlannedTrial[] {
  return [
    ...namedTrials(conditions),
    ...conditions.map((removed): PlannedTrial => ({
      kind: 'without-one',
      kept: conditions.filter((each) => each !== removed),
      label: `without ${removed.condition.label}`,
    })),
    ...conditions.map((kept): PlannedTrial => ({
      kind: 'one-alone',
      kept: [kept],
      label: `with ${kept.condition.label} alone`,
    })),
  ];
}
