import type { AnyExample, AnyImplementation } from './example.ts';
import { excusedWindows, lengthUntil } from './excuse.ts';
import { formatDuration } from './format.ts';
import { checkOf } from './judge.ts';
import type { Check } from './record.ts';
import { recoveryCheck } from './recovery.ts';
import { type Finding, type LimitedSample, type Rules, rulesFor } from './rules/index.ts';
import type { FinishedPhase } from './run-phase.ts';
import type { TimeWindow } from './time-windows.ts';
import type { ExampleTypes } from './types.ts';

/** What is said of a storm that nobody chose. */
export interface StormJudgement {
  /** Every rule, with what faults excuse taken off, and `recovered`. */
  readonly checks: readonly Check[];
  /** Time over which objectives were judged, each for the length of the load, in ms. */
  readonly judgedMs: number;
  /** Of it, what a fault excused. */
  readonly excusedMs: number;
  /** Names of objectives that broke, and only while they were excused. */
  readonly forgiven: readonly string[];
  /** What the rules rest on that judge a share by chance, by name, but for what a fault excused. */
  readonly samples: Readonly<Record<string, LimitedSample>>;
}

/**
 * Judges a phase whose faults nobody chose. An objective is not judged while a fault that was felt makes it
 * unreachable, and for a time after it; see {@link excusedWindows}. A figure of which there is none is not judged:
 * in a storm by chance there may have been no work, nobody to find, nothing to time. Invariants and recovery have
 * no excuse.
 *
 * @param only names of the rules that are judged. Default: all.
 * @throws RangeError when the history of the phase was not kept
 */
export function judgeStorm(
  example: AnyExample,
  implementation: AnyImplementation,
  phase: FinishedPhase,
  only?: readonly string[],
): StormJudgement {
  const id: string = implementation.name;
  const { faults, durationMs, settings } = phase.judged;
  // A fault that changed nothing is no excuse.
  const felt = faults.filter((fault) => (phase.fired.get(fault.id) ?? 0) > 0);
  const forgiven: string[] = [];
  const samples: Record<string, LimitedSample> = {};
  let judgedMs = 0;
  let excusedMs = 0;
  const rules = rulesFor(example.rules as Rules<ExampleTypes>, settings).filter(
    ({ name }) => only?.includes(name) !== false,
  );
  // Most objectives are excused for the same time, and to leave it out means to measure anew.
  const without = new Map<string, FinishedPhase['judged']>();
  const judgedWithout = (windows: readonly TimeWindow[]): FinishedPhase['judged'] => {
    const key = JSON.stringify(windows);
    const judged = without.get(key) ?? phase.without(windows);
    without.set(key, judged);
    return judged;
  };
  const checks = rules.map((rule): Check => {
    const found = rule.judge(phase.judged);
    const whole = checkOf(id, rule, phase, found);
    if (rule.kind === 'invariant') return whole;
    if (isUnmeasured(found)) return { ...whole, ok: true };
    const windows = excusedWindows(rule, felt, settings);
    const lengthMs = lengthUntil(durationMs, windows);
    judgedMs += durationMs;
    excusedMs += lengthMs;
    if (windows.length === 0 || (whole.ok && found.sample === undefined)) {
      if (found.sample !== undefined) samples[rule.name] = found.sample;
      return whole;
    }
    const rest = rule.judge(judgedWithout(windows));
    const { observed, value, sample } = rest;
    if (sample !== undefined) samples[rule.name] = sample;
    if (whole.ok) return whole;
    const ok = rest.holds || isUnmeasured(rest);
    if (ok) forgiven.push(rule.name);
    const { value: _value, ...said } = whole;
    return {
      ...said,
      ok,
      ...(value !== undefined && Number.isFinite(value) && { value }),
      observed: `${observed}, but for ${formatDuration(lengthMs)} that a fault excuses; ${whole.observed} with them`,
    };
  });
  return {
    checks: [...checks, recoveryCheck(id, phase, example.swarm?.settles?.(settings))],
    judgedMs,
    excusedMs,
    forgiven,
    samples,
  };
}

/** Whether it asks for a figure, and there is none: nothing happened that it is of. */
const isUnmeasured = ({ value, unit }: Finding): boolean =>
  unit !== undefined && value === undefined;
