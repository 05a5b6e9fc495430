import type { RecordedWork } from '../capacity/index.ts';
import { traceText } from '../trace-file/index.ts';
import { readRecording, type RecordingOptions } from '../workload/index.ts';

/** Work that was recorded, and how its file was understood. */
export interface ReadWork extends RecordedWork {
  readonly notes: readonly string[];
  /** Whether its arrivals are known to the second only, and replaying them would show nothing. */
  readonly isCoarse: boolean;
}

/** What the flags say about the columns. */
export type WorkColumns = Pick<
  RecordingOptions,
  'timeField' | 'durationField' | 'timeUnit' | 'durationUnit'
>;

/**
 * Reads arrivals and durations from a file of any length, in constant memory but for the columns: see
 * `readRecording`.
 *
 * @throws TraceError for a file that is missing, empty, unsorted or cannot be understood
 */
export async function readWork(file: string, columns: WorkColumns = {}): Promise<ReadWork> {
  const options = { ...columns, needsDurations: true, hasFlags: true };
  const recording = await readRecording(file, traceText(file), options);
  const { atMs, durationMs, notes, isCoarse } = recording;
  return { atMs, serviceMs: durationMs ?? new Float64Array(atMs.length), notes, isCoarse };
}

/** The flags of a trace, without those that were not given. */
export function workColumns(flags: {
  readonly [Name in keyof WorkColumns]?: WorkColumns[Name] | undefined;
}): WorkColumns {
  const { timeField, durationField, timeUnit, durationUnit } = flags;
  return {
    ...(timeField !== undefined && { timeField }),
    ...(durationField !== undefined && { durationField }),
    ...(timeUnit !== undefined && { timeUnit }),
    ...(durationUnit !== undefined && { durationUnit }),
  };
}
