import { identifyFaults } from '../services/index.ts';
import { arrivals, traceArrivals, traceProfile } from '../workload/index.ts';
import type { AnyExample, Role, StormScenario } from './example.ts';
import { judgePhase } from './judge.ts';
import type { Check } from './record.ts';
import { type Recorder, roundedValues } from './recorder.ts';
import { findImplementation, runStarted } from './run-started.ts';
import { runPhase } from './run-phase.ts';
import type { RunOptions, RunOutcome } from './run.ts';

type Cast = readonly { readonly implementation: string; readonly role: Role }[];

/** The same load and the same faults on each implementation of the cast, one phase after the other. */
export async function runStorm(
  example: AnyExample,
  // oxlint-disable-next-line typescript/no-explicit-any -- the example fixes its types
  scenario: StormScenario<any, any, any>,
  options: RunOptions,
  recorder: Recorder,
): Promise<RunOutcome> {
  const { settings, seed, trace } = options;
  const { storm } = scenario;
  const cast = recast(scenario.cast, options.implementation);
  const faults = identifyFaults([...storm.faults(settings), ...(options.faults ?? [])]);
  const durationMs = trace === undefined ? storm.durationMs : traceProfile(trace).durationMs;
  const phases = cast.map(({ implementation }) => findImplementation(example, implementation));

  recorder.write(runStarted(example, scenario.title, options, phases, durationMs));
  for (const text of scenario.intro) recorder.write({ type: 'story', text });

  const checks: Check[] = [];
  let virtualMs = 0;
  for (const [index, implementation] of phases.entries()) {
    const { name: id, title, flaw } = implementation;
    const role = cast[index] ?? { implementation: id, role: 'repaired' };
    recorder.write({ type: 'phase.started', phase: id, title, flaw, index, of: phases.length });
    const phase = await runPhase({
      example,
      implementation,
      settings,
      seed,
      id,
      durationMs,
      arrivals: ({ random }) =>
        trace === undefined
          ? arrivals(storm.load(settings), { process: 'poisson', random: random('arrivals') })
          : traceArrivals(trace),
      faults,
      story: storm.story.filter(({ atMs }) => atMs <= durationMs),
      watchers: example.watchers,
      transport: options.transport ?? 'in-process',
      offsetMs: 0,
      write: recorder.write,
      pace: options.pace,
      signal: options.signal,
      ignoredIo: options.ignoredIo,
    });
    virtualMs += phase.virtualMs;
    const judged = judgePhase(example, scenario, role, phase);
    for (const check of judged) recorder.write(check);
    checks.push(...judged);
    recorder.write({
      type: 'phase.finished',
      atMs: phase.virtualMs,
      phase: id,
      summary: roundedValues(example.summarize(phase)),
    });
  }
  return { checks, virtualMs };
}

/** `--implementation` takes the place of the repaired system, or of the broken one if it is alone. */
function recast(cast: Cast, implementation: string | undefined): Cast {
  if (implementation === undefined) return cast;
  const role: Role = cast.some((part) => part.role === 'repaired') ? 'repaired' : 'broken';
  const others = cast.filter(
    (part) => part.role !== role && part.implementation !== implementation,
  );
  return [...others, { implementation, role }];
}
