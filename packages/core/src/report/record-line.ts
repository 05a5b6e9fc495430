import type { RunRecord } from '../scenario/record.ts';

/**
 * The canonical text of a record: one JSON object without the line break, keys in the order in
 * which the record was built, numbers as they are. Views write it and the hash of a run reads it.
 */
export function recordLine(record: RunRecord): string {
  return JSON.stringify(record);
}
