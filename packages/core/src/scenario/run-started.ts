import { type AnyExample, type AnyImplementation, titleOf } from './example.ts';
import { formatLoad } from './load-spec.ts';
import type { Measure } from './measures/index.ts';
import type { Metric, RunStarted, Series } from './record.ts';
import { recordVersion } from './record-version.ts';
import type { RunOptions } from './run.ts';

/** The first record of a run. */
export function runStarted(
  example: AnyExample,
  scenarioTitle: string,
  options: RunOptions,
  phases: readonly AnyImplementation[],
  durationMs: number,
): RunStarted {
  const { implementations, trace, transport = 'in-process', faults = [], commit } = options;
  return {
    type: 'run.started',
    v: recordVersion,
    example: example.name,
    title: example.title,
    scenario: options.scenario,
    scenarioTitle,
    seed: options.seed,
    startsAt: example.startsAt,
    durationMs,
    options: {
      ...Object.fromEntries(
        Object.entries(options.settings).filter(([, value]) => value !== false),
      ),
      transport,
      ...(implementations !== undefined && { implementation: implementations.join(',') }),
      ...(trace !== undefined && { trace: trace.file.replace(/^.*[/\\]/, '') }),
      ...(options.load !== undefined && { load: formatLoad(options.load) }),
      ...(options.isCalm === true && { calm: true }),
      ...(faults.length > 0 && { faults: faults.map(({ id }) => id ?? '').join(' ') }),
    },
    phases: phases.map((each) => ({ id: each.name, title: titleOf(each), flaw: each.flaw })),
    charts: Object.entries(example.charts).map(
      ([id, { title, unit, scale = 'linear', isAside = false }]) => ({
        id,
        title,
        unit,
        scale,
        ...(isAside && { isAside }),
      }),
    ),
    series: [
      ...seriesOf(Object.values<Measure>(example.measures), false),
      ...seriesOf(Object.values<Measure>(example.reports), true),
    ],
    metrics: Object.entries(example.figures).flatMap(
      ([name, { label, unit, better, rule, appliesTo }]): Metric | readonly Metric[] =>
        appliesTo?.(options.settings) === false
          ? []
          : { name, label, unit, better, ...(rule !== undefined && { rule }) },
    ),
    ...(commit !== undefined && { commit }),
  };
}

/** What is drawn of the measurements: one line each, of a histogram one for each percentile. */
function seriesOf(measures: readonly Measure[], isOwnWord: boolean): readonly Series[] {
  return measures.flatMap((measure): readonly Series[] => {
    const { name, label, unit, chart } = measure;
    if (chart === undefined) return [];
    const own = isOwnWord ? { ownWord: true as const } : {};
    if (measure.kind !== 'histogram') return [{ name, label, unit, chart, ...own }];
    const { drawn = [50, 99] } = measure;
    return drawn.map((percentile) => ({
      name: `${name}.p${percentile}`,
      label: `${label} p${percentile}`,
      unit,
      chart,
      ...own,
    }));
  });
}
