import { identifyFaults } from '../services/index.ts';
import { arrivals, constantLoad } from '../workload/index.ts';
import type { AnyExample, ScaleScenario } from './example.ts';
import type { Check } from './record.ts';
import { type Recorder, roundedValues } from './recorder.ts';
import { findImplementation, runStarted } from './run-started.ts';
import { runPhase } from './run-phase.ts';
import type { RunOptions, RunOutcome } from './run.ts';

/** Load multiplied step by step; each step starts afresh, so that no backlog spoils the next. */
export async function runScale(
  example: AnyExample,
  // oxlint-disable-next-line typescript/no-explicit-any -- the example fixes its types
  scenario: ScaleScenario<any, any, any>,
  options: RunOptions,
  recorder: Recorder,
): Promise<RunOutcome> {
  const { settings } = options;
  const names =
    options.implementation === undefined ? scenario.implementations : [options.implementation];
  const phases = names.map((name) => findImplementation(example, name));
  const faults = identifyFaults(options.faults ?? []);
  const durationMs = scenario.stepMs * scenario.multipliers.length;

  recorder.write(runStarted(example, scenario.title, options, phases, durationMs));
  for (const text of scenario.intro) recorder.write({ type: 'story', text });

  const checks: Check[] = [];
  let virtualMs = 0;
  for (const [index, implementation] of phases.entries()) {
    const { name: id, title, flaw } = implementation;
    recorder.write({ type: 'phase.started', phase: id, title, flaw, index, of: phases.length });
    const rows: Record<string, number>[] = [];
    let offsetMs = 0;
    for (const multiplier of scenario.multipliers) {
      const ratePerSecond = scenario.baseRatePerSecond(settings) * multiplier;
      const load = constantLoad({ ratePerSecond, durationMs: scenario.stepMs });
      const atMs = offsetMs;
      recorder.write({
        type: 'story',
        atMs,
        phase: id,
        text: `load: ${multiplier} x base, ${ratePerSecond.toFixed(1)} a second`,
      });
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
        watchers: [],
        transport: options.transport ?? 'in-process',
        offsetMs: atMs,
        write: recorder.write,
        pace: options.pace && ((nextMs) => options.pace?.(atMs + nextMs)),
        signal: options.signal,
        ignoredIo: options.ignoredIo,
      });
      rows.push(roundedValues(scenario.row({ multiplier, ratePerSecond, phase }, settings, id)));
      offsetMs += Math.ceil(phase.virtualMs / 1_000) * 1_000;
    }
    virtualMs += offsetMs;
    const conclusion = scenario.conclude(rows, settings, id);
    recorder.write({
      type: 'table',
      phase: id,
      name: 'steps',
      title: `${title}: measured beside predicted, at each load`,
      columns: scenario.columns,
      rows,
      note: conclusion.note,
    });
    for (const { name, title: checkTitle, kind, ok, expected, observed } of conclusion.checks) {
      const check: Check = {
        type: 'check',
        phase: id,
        name,
        title: checkTitle,
        kind,
        ok,
        expected,
        observed,
      };
      recorder.write(check);
      checks.push(check);
    }
    // Each step is a run of its own: the table says more than a summary of the last could.
    recorder.write({ type: 'phase.finished', atMs: offsetMs, phase: id, summary: {} });
  }
  return { checks, virtualMs };
}
