import type {
  Cause,
  ExampleTypes,
  Explanation,
  Judged,
  Row,
  Rules,
  Scenario,
  ScenarioName,
  Storm,
  Table,
} from '../../scenario/index.ts';

/** What the scenarios of a flow tell: its storm, its two implementations, the signs and the cause. */
export interface FlowScenarioOptions<E extends ExampleTypes> {
  /** Shown at the head of a run. */
  readonly title: string;
  /** Sentences that are shown before it. */
  readonly intro: readonly string[];
  readonly storm: Storm<E>;
  /** Name of the twin that the storm breaks. */
  readonly naive: string;
  /** Name of the implementation that holds. */
  readonly repaired: string;
  /** What the incident looks like. */
  readonly signs: Rules<E, 'sign'>;
  readonly cause: Cause;
  readonly explain: (phase: Judged<E>) => Explanation;
  /** More and more load on the one that holds. */
  readonly scale: {
    readonly baseRatePerSecond: (settings: E['settings']) => number;
    readonly columns: Table['columns'];
    readonly row: (phase: Judged<E>) => Row;
    /** Steps of the load, as multiples of the base. Default: 1, 2, 4. */
    readonly multipliers?: readonly number[];
    /** Length of a step, in ms. Default: 15 s. */
    readonly stepMs?: number;
  };
}

/**
 * The four runs of a flow. Without `--scenario` the flow alone meets the storm, so that it is quick,
 * and `--implementation=naive` puts the twin in its place; `failure` shows the twin and proves the
 * cause, `recovery` both, `scale` the flow under more load.
 */
export function flowScenarios<E extends ExampleTypes>(
  options: FlowScenarioOptions<E>,
): Readonly<Record<ScenarioName, Scenario<E>>> {
  const { title, intro, storm, naive, repaired, signs, cause, explain, scale } = options;
  const broken = { implementation: naive, role: 'broken' } as const;
  const held = { implementation: repaired, role: 'repaired' } as const;
  const text = { title, intro, storm, kind: 'storm' } as const;
  return {
    story: { ...text, cast: [held], next: `--implementation=${naive}` },
    failure: { ...text, cast: [broken], signs, cause, explain, next: '--scenario=recovery' },
    recovery: { ...text, cast: [broken, held], about: 'repaired', next: '--scenario=scale' },
    scale: {
      kind: 'scale',
      title,
      intro,
      next: '--scenario=recovery',
      implementations: [repaired],
      baseRatePerSecond: scale.baseRatePerSecond,
      multipliers: scale.multipliers ?? [1, 2, 4],
      stepMs: scale.stepMs ?? 15_000,
      columns: scale.columns,
      row: ({ phase }) => scale.row(phase),
      conclude: (rows) => ({
        note: `${rows.length} loads, one after the other, on an ordinary day.`,
        checks: [],
      }),
    },
  };
}
