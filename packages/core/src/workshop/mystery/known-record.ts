import type { RunRecord, Sample } from '../../scenario/record.ts';
import { recordVersion } from '../../scenario/record-version.ts';
import type { Evidence } from './evidence.ts';

/** What of the evidence somebody has seen. */
export interface Known {
  /** Names of metrics. */
  readonly metrics: ReadonlySet<string>;
  /** Ids of parts whose states are known. */
  readonly states: ReadonlySet<string>;
}

/**
 * What is known of an incident as the record of a run, for the views of runs. It is made from the evidence, in
 * which nothing of the cause is; alerts are known from the beginning.
 */
export function knownRecord(evidence: Evidence, { metrics, states }: Known): readonly RunRecord[] {
  const { example, title, startsAt, durationMs, implementation: phase, about } = evidence;
  const ship = { title: phase, flaw: about };
  const shown = evidence.metrics.filter(({ name }) => metrics.has(name));
  const units = [...new Set(shown.map(({ unit }) => unit))];
  const parts = evidence.parts.filter(({ id }) => states.has(id));
  return [
    {
      type: 'run.started',
      v: recordVersion,
      example,
      title,
      scenario: 'mystery',
      scenarioTitle: title,
      // Whoever knew it could draw the storm.
      seed: 0,
      startsAt,
      durationMs,
      options: {},
      phases: [{ id: phase, ...ship }],
      charts: units.map((unit) => ({
        id: unit,
        title: unit,
        unit,
        scale: unit === 'ms' ? 'log' : 'linear',
      })),
      series: shown.map(({ name, label, unit }) => ({ name, label, unit, chart: unit })),
      metrics: [],
    },
    { type: 'phase.started', phase, ...ship, index: 0, of: 1, role: 'broken' },
    { type: 'parts', phase, parts, links: [] },
    ...evidence.alerts.map(({ atMs, severity, text }): RunRecord => ({
      type: 'signal',
      atMs,
      phase,
      name: 'alert',
      severity,
      text,
      values: {},
    })),
    ...samplesOf(evidence, { metrics, states }),
    { type: 'phase.finished', atMs: durationMs, phase, summary: {} },
  ];
}

/** What is known of each moment that something is known of, in the order of time. */
function samplesOf(evidence: Evidence, known: Known): readonly Sample[] {
  const samples = new Map<
    number,
    { values: Record<string, number>; parts: NonNullable<Sample['parts']> }
  >();
  const at = (atMs: number) => {
    const sample = samples.get(atMs) ?? { values: {}, parts: {} };
    samples.set(atMs, sample);
    return sample;
  };
  for (const { name, points } of evidence.metrics) {
    if (known.metrics.has(name)) for (const [atMs, value] of points) at(atMs).values[name] = value;
  }
  for (const [id, readings] of Object.entries(evidence.states)) {
    if (!known.states.has(id)) continue;
    for (const [atMs, used, of, waiting] of readings) {
      at(atMs).parts[id] = { used, ...(of !== null && { of }), waiting };
    }
  }
  return [...samples]
    .toSorted(([a], [b]) => a - b)
    .map(([atMs, sample]) => ({
      type: 'sample',
      atMs,
      phase: evidence.implementation,
      ...sample,
    }));
}
