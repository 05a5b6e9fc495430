import { checkFaultTargets, identifyFaults } from '../services/index.ts';
import { arrivals, constantLoad } from '../workload/index.ts';
import { type AnyExample, type AnyTypes, findImplementation, titleOf } from './example.ts';
import { faultTargets } from './fault-targets.ts';
import { plural } from './format.ts';
import type { Judged } from './judged.ts';
import type { Check } from './record.ts';
import { type Recorder, rounded } from './recorder.ts';
import type { RunOptions, RunOutcome } from './run.ts';
import { runPhase } from './run-phase.ts';
import { runStarted } from './run-started.ts';
import type { Row, ScaleScenario } from './scenario.ts';

/** Load multiplied step by step; each step starts afresh, so that no backlog spoils the next. */
export async function runScale(
  example: AnyExample,
  scenario: ScaleScenario<AnyTypes>,
  options: RunOptions,
  recorder: Recorder,
): Promise<RunOutcome> {
  const { settings } = options;
  const names = options.implementations ?? scenario.implementations;
  const phases = names.map((name) => findImplementation(example, name));
  const faults = identifyFaults(options.faults ?? []);
  if (faults.length > 0) checkFaultTargets(faults, await faultTargets(example, settings));
  const durationMs = scenario.stepMs * scenario.multipliers.length;

  recorder.write(runStarted(example, scenario.title, options, phases, durationMs));
  for (const text of scenario.intro) recorder.write({ type: 'story', text });

  const failed: Check[] = [];
  let next: string | undefined;
  let virtualMs = 0;
  for (const [index, implementation] of phases.entries()) {
    const { name: id, flaw } = implementation;
    const title = titleOf(implementation);
    recorder.write({ type: 'phase.started', phase: id, title, flaw, index, of: phases.length });
    const rows: Row[] = [];
    let offsetMs = 0;
    let lightest: Judged<AnyTypes> | undefined;
    for (const multiplier of scenario.multipliers) {
      const ratePerSecond = scenario.baseRatePerSecond(settings) * multiplier;
      const load = constantLoad({ ratePerSecond, durationMs: scenario.stepMs });
      const atMs = offsetMs;
      const text = `load: ${multiplier} x base, ${ratePerSecond.toFixed(1)} a second`;
      recorder.write({ type: 'story', atMs, phase: id, text });
      const phase = await runPhase({
        example,
        implementation,
        settings,
        seed: options.seed,
        id,
        durationMs: scenario.stepMs,
        arrivals: ({ random }) =>
          arrivals(load, { process: 'poisson', random: random('arrivals') }),
        faults,
        story: [],
        isWatched: false,
        transport: options.transport ?? 'in-process',
        offsetMs: atMs,
        write: recorder.write,
        pace: options.pace && ((nextMs) => options.pace?.(atMs + nextMs)),
        signal: options.signal,
        ignoredIo: options.ignoredIo,
      });
      const { judged } = phase;
      lightest ??= judged;
      const step = { multiplier, ratePerSecond, phase: judged, lightest };
      rows.push(roundedRow(scenario.row(step, settings, id)));
      offsetMs += Math.ceil(phase.virtualMs / 1_000) * 1_000;
    }
    virtualMs += offsetMs;
    const conclusion = scenario.conclude(rows, settings, id);
    next ??= conclusion.next;
    recorder.write({
      type: 'table',
      phase: id,
      name: 'steps',
      title: `${title}: measured at each load, beside what was predicted`,
      columns: scenario.columns,
      rows: rows.map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? null])),
      ),
      note: conclusion.note,
    });
    for (const each of conclusion.checks) {
      const record: Check = { type: 'check', phase: id, ...each };
      recorder.write(record);
      if (!record.ok) failed.push(record);
    }
    // Each step is a run of its own: the table says more than a summary of the last could.
    recorder.write({ type: 'phase.finished', atMs: offsetMs, phase: id, summary: {} });
  }
  return {
    isAsDeclared: failed.length === 0,
    reason:
      failed.length === 0
        ? 'every check of the tables holds.'
        : `${plural(failed.length, 'check')} of the tables not met: ${failed.map(({ title, observed }) => `${title} (${observed})`).join('; ')}.`,
    virtualMs,
    ...(next !== undefined && { next }),
  };
}

function roundedRow(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value === undefined || !Number.isFinite(value) ? undefined : rounded(value),
    ]),
  );
}
