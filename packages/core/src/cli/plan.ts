import type { AnyExample } from '../scenario/example.ts';
import type { RunOptions } from '../scenario/run.ts';
import { callerPath } from '../command-line/index.ts';
import { readCommit } from './commit.ts';
import { InputError } from './errors.ts';
import type { CommandOptions } from './options.ts';
import { type Plan, planRun } from './plan-run.ts';

/**
 * Resolves the flags that only the example can judge, and reads the files that they name.
 *
 * @param signal ends the reading of a trace, with its reason
 * @throws UsageError for an unknown implementation or setting, a bad value, a proof of no cause;
 *   InputError for a bad fault or trace
 */
export function planCommand(
  example: AnyExample,
  name: string,
  options: CommandOptions,
  signal: AbortSignal,
): Promise<Plan> {
  return planRun(example, name, options, {
    commit: readCommit(import.meta.dirname),
    readTrace: (settings) => loadTrace(example, settings, options.trace, signal),
  });
}

async function loadTrace(
  { traceFields = {}, traceFieldRemedy }: AnyExample,
  settings: object,
  file: string | undefined,
  signal: AbortSignal,
): Promise<RunOptions['trace']> {
  if (file === undefined) return undefined;
  const { checkTraceFields, readTrace, TraceError } = await import('../workload/index.ts');
  try {
    const trace = await readTrace(callerPath(file), { signal });
    checkTraceFields(trace, Object.keys(traceFields), (field, text) =>
      traceFieldRemedy?.(field, text, settings),
    );
    return trace;
  } catch (error) {
    throw error instanceof TraceError ? new InputError(error) : error;
  }
}
