import { measuredShare, operatingPoint, precisionAt, type Scored } from '../detector.ts';
import type { Figures } from '../figure.ts';
import { formatName, formatValue } from '../format.ts';
import type { Judged } from '../judged.ts';
import type { ExampleTypes } from '../types.ts';
import type { RuleSpec } from './rule.ts';
import type { Sample } from '../wilson.ts';
import { sampled } from './sampled.ts';

/** Somebody who was scored, and whether there was an alarm. */
export interface Examined extends Scored {
  readonly isAlarm: boolean;
}

/** A detector, as a harness sees it: whom it was shown, what was planted, what it said. */
export interface DetectorSpec<E extends ExampleTypes> {
  /** All who were scored in the time that is judged. */
  readonly examined: (phase: Judged<E>) => readonly Examined[];
  /** Kinds that it is to find. All others that were planted are told beside it, and nobody is blamed for them. */
  readonly looksFor: readonly string[];
  /** Shares of all that are what is looked for: as planted, and as rare as it is elsewhere. */
  readonly baseRates: readonly number[];
}

/** The rules of a detector: what it finds, and whom it leaves alone. */
export interface DetectorRules<E extends ExampleTypes> {
  /**
   * Of what was planted of these kinds so much is found, beyond what chance explains (Wilson 1927). Tells
   * besides how much of each kind was, and which share of the alarms is right at each base rate.
   * Where none was planted it does not hold, unless there `mayBeNone`.
   *
   * @param noun one of the planted: "planted snooper"
   */
  readonly found: (
    title: string,
    noun: string,
    options: {
      /** Default: all that it looks for. */
      readonly kinds?: readonly string[];
      readonly atLeast: number;
      /** Few are planted, and a short storm may have none of them. Default: false. */
      readonly mayBeNone?: boolean;
      readonly needs?: readonly string[];
    },
  ) => RuleSpec<E, 'objective'>;
  /** Of the honest no more than so many are taken for planted, beyond what chance explains. */
  readonly spared: (
    title: string,
    noun: string,
    options: { readonly atMost: number; readonly needs?: readonly string[] },
  ) => RuleSpec<E, 'objective'>;
  /**
   * Two rows of a table for each threshold: what would be found there, and which of the honest would be taken
   * for planted. Where nobody was planted there are no rows.
   *
   * @param of what is looked for, and who is honest, in the plural: "snoopers", "honest accesses"; and with which
   *   settings anybody is planted
   */
  readonly curve: (
    thresholds: readonly number[],
    of: {
      readonly planted: string;
      readonly honest: string;
      readonly appliesTo: (settings: E['settings']) => boolean;
    },
  ) => Figures<E>;
}

const sampleOf = (some: readonly Examined[]): Sample => ({
  part: some.filter(({ isAlarm }) => isAlarm).length,
  of: some.length,
});

const ratio = (value: number): string => formatValue(value, 'ratio');

export function detected<E extends ExampleTypes>({
  examined,
  looksFor,
  baseRates,
}: DetectorSpec<E>): DetectorRules<E> {
  const ofKinds = (phase: Judged<E>, kinds: readonly string[]): readonly Examined[] =>
    examined(phase).filter(({ kind }) => kind !== undefined && kinds.includes(kind));
  const honest = (phase: Judged<E>): readonly Examined[] =>
    examined(phase).filter(({ kind }) => kind === undefined);

  /** Without the kinds that it is not to find. */
  const lookedFor = (phase: Judged<E>): readonly Examined[] =>
    examined(phase).filter(({ kind }) => kind === undefined || looksFor.includes(kind));

  /** What was found of each kind: of those that a rule asks for, if it is more than one, and of all others. */
  function byKind(phase: Judged<E>, asked: readonly string[]): string {
    const planted = examined(phase).filter(({ kind }) => kind !== undefined);
    const told = [...Map.groupBy(planted, ({ kind }) => kind ?? '')].map(([kind, some]) => {
      const { part, of } = sampleOf(some);
      return { isAsked: asked.includes(kind), text: `${formatName(kind)} ${part} of ${of}` };
    });
    const own = told.filter(({ isAsked }) => isAsked && asked.length > 1);
    const others = told.filter(({ isAsked }) => !isAsked);
    const list = (some: typeof told): string => some.map(({ text }) => text).join(', ');
    return (
      (own.length === 0 ? '' : `; ${list(own)}`) +
      (others.length === 0 ? '' : `; besides: ${list(others)}`)
    );
  }

  /** What the same detector is worth where there is less to find. */
  function worth(phase: Judged<E>): string {
    const recall = measuredShare(sampleOf(ofKinds(phase, looksFor))).share;
    const falseAlarms = measuredShare(sampleOf(honest(phase))).share;
    return baseRates
      .map(
        (rate) => `${ratio(precisionAt(rate, { recall, falseAlarms }))} where ${ratio(rate)} are`,
      )
      .join(', ');
  }

  return {
    found(title, noun, { kinds = looksFor, mayBeNone = false, ...limits }) {
      const rule = sampled<E>(title, noun, (phase) => sampleOf(ofKinds(phase, kinds)), limits);
      return {
        ...rule,
        judge(phase) {
          const finding = rule.judge(phase);
          if (ofKinds(phase, kinds).length === 0) return { ...finding, holds: mayBeNone };
          const observed = `${finding.observed}${byKind(phase, kinds)}; of the alarms right: ${worth(phase)}`;
          return { ...finding, observed };
        },
      };
    },
    curve(thresholds, { planted, honest: others, appliesTo }) {
      const points = new WeakMap<object, ReturnType<typeof operatingPoint>[]>();
      const pointAt = (phase: Judged<E>, at: number) => {
        const known =
          points.get(phase) ?? thresholds.map((each) => operatingPoint(lookedFor(phase), each));
        points.set(phase, known);
        return known[at];
      };
      const shareAt = (phase: Judged<E>, at: number, name: 'recall' | 'falseAlarms') => {
        const point = pointAt(phase, at);
        return point === undefined || point.recall.of === 0 ? undefined : point[name].share;
      };
      return Object.fromEntries(
        thresholds.flatMap((threshold, at) => [
          [
            `foundAt${threshold}`,
            {
              appliesTo,
              label: `${planted} found, were the threshold ${threshold}`,
              unit: 'ratio',
              better: 'higher',
              of: (phase: Judged<E>) => shareAt(phase, at, 'recall'),
            },
          ],
          [
            `suspectedAt${threshold}`,
            {
              appliesTo,
              label: `${others} suspected, were the threshold ${threshold}`,
              unit: 'ratio',
              better: 'lower',
              of: (phase: Judged<E>) => shareAt(phase, at, 'falseAlarms'),
            },
          ],
        ]),
      );
    },
    spared: (title, noun, limits) =>
      sampled(title, noun, (phase) => sampleOf(honest(phase)), limits),
  };
}
