import type { AnyExample } from '../scenario/example.ts';
import type { RunOptions } from '../scenario/run.ts';
import { callerPath } from './caller-path.ts';
import { readCommit } from './commit.ts';
import { InputError } from './errors.ts';
import { oneOf, type CommandOptions } from './options.ts';
import { nextCommand, replayCommand } from './replay.ts';
import { parseSettings } from './settings.ts';

/** Everything of a run's options that the command line decides. */
export type Plan = Omit<RunOptions, 'pace' | 'signal'>;

/**
 * Resolves the flags that only the example can judge.
 *
 * @throws UsageError for an unknown implementation or setting, a bad value, a bad fault or trace
 */
export async function planRun(
  example: AnyExample,
  name: string,
  options: CommandOptions,
): Promise<Plan> {
  const { scenario, seed, transport } = options;
  const implementation =
    options.implementation === undefined
      ? undefined
      : oneOf(
          'implementation',
          options.implementation,
          example.implementations.map((one) => one.name),
        );
  const { settings, changed } = parseSettings(example.settings, options.set);
  return {
    scenario,
    seed,
    settings,
    implementation,
    faults: await parseFaults(example, options),
    trace: await loadTrace(example, settings, options.trace),
    transport,
    commit: readCommit(import.meta.dirname),
    replay: replayCommand(name, options, changed),
    next: nextCommand(name, example.scenarios[scenario].next, seed),
  };
}

async function parseFaults(
  example: AnyExample,
  { scenario: name, fault: specs }: CommandOptions,
): Promise<RunOptions['faults']> {
  if (specs.length === 0) return undefined;
  const { FaultSyntaxError, parseFault } = await import('../services/index.ts');
  const scenario = example.scenarios[name];
  const durationMs = scenario.kind === 'storm' ? scenario.storm.durationMs : scenario.stepMs;
  const startsAtMs = Date.parse(example.startsAt);
  return specs.map((spec) => {
    try {
      return parseFault(spec, { services: example.services, startsAtMs, durationMs });
    } catch (error) {
      throw error instanceof FaultSyntaxError ? new InputError(error) : error;
    }
  });
}

async function loadTrace(
  { traceFields, traceFieldRemedy }: AnyExample,
  settings: object,
  file: string | undefined,
): Promise<RunOptions['trace']> {
  if (file === undefined) return undefined;
  const { checkTraceFields, readTrace, TraceError } = await import('../workload/index.ts');
  try {
    const trace = await readTrace(callerPath(file));
    checkTraceFields(trace, Object.keys(traceFields), (field, text) =>
      traceFieldRemedy?.(field, text, settings),
    );
    return trace;
  } catch (error) {
    throw error instanceof TraceError ? new InputError(error) : error;
  }
}
