import { type RunRecord, type RunStarted, runScenario } from '@firedrill/core/scenario';
import { example } from '../src/example.ts';

type Options = Parameters<typeof runScenario>[1];

/** Runs a scenario with the default settings and keeps its records. */
export async function run(
  options: Pick<Options, 'scenario'> & Partial<Options>,
  settings: Record<string, number> = {},
): Promise<{
  readonly records: readonly RunRecord[];
  readonly finished: Extract<RunRecord, { type: 'run.finished' }>;
}> {
  const records: RunRecord[] = [];
  const finished = await runScenario(
    example,
    { seed: 1, settings: example.settings.parse(settings), replay: '', next: '', ...options },
    (record) => records.push(record),
  );
  return { records, finished };
}

export const isOf =
  <Type extends RunRecord['type']>(type: Type) =>
  (record: RunRecord): record is Extract<RunRecord, { type: Type }> =>
    record.type === type;

export type { RunRecord, RunStarted };
