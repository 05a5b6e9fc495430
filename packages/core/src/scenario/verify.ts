import type { RunFinished, RunRecord } from './record.ts';
import { recordLine } from './recorder.ts';

/** What two runs of the same seed and options came to. */
export type Verification =
  | { readonly identical: true; readonly finished: RunFinished }
  | {
      readonly identical: false;
      readonly finished: RunFinished;
      /** Number of the first line that differs, from 1. */
      readonly line: number;
      readonly first: string;
      readonly second: string;
    };

/**
 * Runs twice and compares line by line. The first run's records go to `sink`; of the second only the
 * first difference is kept.
 */
export async function verify(
  run: (sink: (record: RunRecord) => void) => Promise<RunFinished>,
  sink: (record: RunRecord) => void,
): Promise<Verification> {
  const lines: string[] = [];
  const finished = await run((record) => {
    lines.push(recordLine(record));
    sink(record);
  });
  let index = 0;
  let difference: { line: number; first: string; second: string } | undefined;
  await run((record) => {
    const second = recordLine(record);
    const first = lines[index] ?? '(no such line)';
    index += 1;
    if (difference === undefined && first !== second) difference = { line: index, first, second };
  });
  if (difference === undefined && index < lines.length) {
    difference = { line: index + 1, first: lines[index] ?? '', second: '(no such line)' };
  }
  return difference === undefined
    ? { identical: true, finished }
    : { identical: false, finished, ...difference };
}
