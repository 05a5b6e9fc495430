import { createSha256 } from '../simulation/index.ts';
import type { RunRecord, RunStarted } from './record.ts';

/** One record as its line of NDJSON, without the line break. */
export const recordLine = (record: RunRecord): string => JSON.stringify(record);

/** Rounds to three decimals: what every figure of the record goes through. */
export const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

/** Rounds every value of an object to three decimals. */
export function roundedValues(values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, rounded(value)]));
}

/** Passes records on, counts them and hashes their lines. */
export interface Recorder {
  readonly write: (record: RunRecord) => void;
  /** Records written so far. */
  readonly count: number;
  /** SHA-256 (hexadecimal) of the lines so far; nothing may be written afterwards. */
  readonly hash: () => string;
}

export function createRecorder(sink: (record: RunRecord) => void): Recorder {
  const sha256 = createSha256();
  let count = 0;
  return {
    write(record) {
      count += 1;
      const hashed = record.type === 'run.started' ? withoutCommit(record) : record;
      sha256.update(recordLine(hashed)).update('\n');
      sink(record);
    },
    get count() {
      return count;
    },
    hash: () => sha256.hex(),
  };
}

/** The commit says where a run came from, not what happened in it. */
function withoutCommit({ commit: _commit, ...record }: RunStarted): RunStarted {
  return record;
}
