import { titleOf } from '../../scenario/example.ts';
import type { AnyImplementation } from '../../scenario/example.ts';
import { figuresOf } from '../../scenario/figures-of.ts';
import { plural } from '../../scenario/format.ts';
import { judgePhase } from '../../scenario/judge.ts';
import type { Check, RunRecord } from '../../scenario/record.ts';
import type { RunOptions } from '../../scenario/run.ts';
import type { FinishedPhase } from '../../scenario/run-phase.ts';
import { runStarted } from '../../scenario/run-started.ts';
import { type Evidence, evidenceSchema, type LogLine, type Outcome } from './evidence.ts';
import { brokenIn, mysteryStorm, ordinaryDay, type ProvenMystery } from './prove-mystery.ts';
import { TrafficLog } from './traffic-log.ts';

/** A chart has a point for every five seconds. */
const pointEveryMs = 5_000;

/** Errors of code that are listed, the most frequent first. */
const mostErrors = 20;

/**
 * Runs a mystery once more and gathers what a team can find out about it. From the record are taken
 * samples, signals and the ups and downs of processes: nothing that says what is behind them.
 */
export async function collectEvidence(mystery: ProvenMystery): Promise<Evidence> {
  const { example, implementation, seed, settings, load } = mystery;
  const storm = await mysteryStorm(mystery);
  const traffic = new TrafficLog();
  const seen = new Seen();
  const { phase } = await brokenIn(
    example,
    implementation,
    storm,
    { onSecond: traffic.note },
    seen.note,
  );
  const { checks } = judgePhase(example, implementation, 'repaired', {}, phase);
  const broken = checks.filter(({ ok }) => !ok).map(brokenOf);
  const { signs } = mystery;
  const parsed: unknown = example.settings.parse(settings);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the settings of any example
  const options = { scenario: 'recovery', seed, settings: parsed, load } as RunOptions;
  const { series, metrics } = runStarted(example, '', options, [], load.durationMs);
  const logs = traffic.logs();
  for (const [process, lines] of seen.processes) logs[process] = lines;
  for (const { id, kind } of seen.parts) if (kind === 'process') logs[id] ??= [];
  const outcomeOf = async (which: AnyImplementation, isCalm = false): Promise<Outcome> => {
    const ran = await brokenIn(example, which, storm, isCalm ? ordinaryDay : {});
    return { figures: figuresOf(example, ran.phase), broken: [...ran.broken] };
  };
  const others: Record<string, Outcome> = {};
  for (const other of example.implementations) {
    if (other.name !== implementation.name) others[other.name] = await outcomeOf(other);
  }
  return {
    example: example.name,
    title: example.title,
    startsAt: example.startsAt,
    durationMs: load.durationMs,
    implementation: implementation.name,
    about: `${titleOf(implementation)}: ${implementation.flaw}`,
    alerts: seen.alerts,
    signs: broken.filter(({ name }) => signs.includes(name)),
    known: broken.filter(({ name }) => !signs.includes(name)),
    parts: seen.parts,
    metrics: series.map(({ name, label, unit }) => ({
      name,
      label,
      unit,
      points: seen.points.get(name) ?? [],
    })),
    states: Object.fromEntries(seen.states),
    logs,
    errors: errorsOf(phase),
    settings: evidenceSchema.shape.settings.parse(parsed),
    labels: Object.fromEntries(metrics.map(({ name, label, unit }) => [name, { label, unit }])),
    own: { figures: figuresOf(example, phase), broken: broken.map(({ name }) => name) },
    calm: await outcomeOf(implementation, true),
    others,
  };
}

function brokenOf({
  name,
  title,
  expected,
  observed,
  firstViolation,
}: Check): Evidence['signs'][number] {
  return {
    name,
    title,
    expected,
    observed,
    ...(firstViolation !== undefined && { firstAtMs: firstViolation.atMs }),
  };
}

/** What the code reported, the first of each kind; mistakes of the code are errors. */
function errorsOf({ judged: { thrown } }: FinishedPhase): LogLine[] {
  return thrown
    .toSorted((a, b) => b.count - a.count)
    .slice(0, mostErrors)
    .toSorted((a, b) => a.firstAtMs - b.firstAtMs)
    .map(({ name, message, place, count, firstAtMs, isDefect }) => ({
      atMs: firstAtMs,
      level: isDefect ? ('error' as const) : ('warn' as const),
      text: `${name}: ${message}${place === undefined ? '' : ` (${place})`}, ${plural(count, 'time')} in all`,
    }));
}

/** What is kept of a record: a list of what may be seen, so that nothing else gets through. */
class Seen {
  readonly alerts: Evidence['alerts'] = [];
  readonly points = new Map<string, [number, number][]>();
  readonly states = new Map<string, [number, number, number | null, number][]>();
  readonly processes = new Map<string, LogLine[]>();
  parts: Evidence['parts'] = [];

  readonly note = (record: RunRecord): void => {
    if (record.type === 'signal') {
      const { atMs, severity, text } = record;
      this.alerts.push({ atMs, severity, text });
    } else if (record.type === 'parts') this.parts = [...record.parts];
    else if (record.type === 'sample') this.#sample(record.atMs, record);
    else if (record.type === 'story') this.#process(record.atMs, record.text);
  };

  #sample(atMs: number, { values, parts = {} }: Extract<RunRecord, { type: 'sample' }>): void {
    if (atMs % pointEveryMs === 0) {
      for (const [name, value] of Object.entries(values)) {
        const points = this.points.get(name) ?? [];
        this.points.set(name, points);
        points.push([atMs, value]);
      }
    }
    for (const [id, { used, of, waiting = 0 }] of Object.entries(parts)) {
      const states = this.states.get(id) ?? [];
      this.states.set(id, states);
      const last = states.at(-1);
      // A state stands until the next one; what changes every second is told every five.
      if (last !== undefined && atMs - last[0] < pointEveryMs) continue;
      states.push([atMs, used, of ?? null, waiting]);
    }
  }

  /** `app-2 is down`: the only story that a system tells of itself. */
  #process(atMs = 0, text: string): void {
    const process = this.parts.find(
      ({ id, kind }) => kind === 'process' && text.startsWith(`${id} is `),
    );
    if (process === undefined) return;
    const lines = this.processes.get(process.id) ?? [];
    this.processes.set(process.id, lines);
    lines.push({ atMs, level: text.endsWith('is down') ? 'error' : 'info', text });
  }
}
