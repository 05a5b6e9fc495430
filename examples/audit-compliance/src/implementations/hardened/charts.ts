import { type ConnectionPool, createRetry, withConnection } from '@firedrill/core/resilience';
import type { Field, FieldValues } from '../../domain.ts';
import type { Outside } from '../../system.ts';
import { openFields, sealField } from './encryption.ts';
import type { Keyring } from './keyring.ts';

/** The records of patients, sealed field by field. `undefined` stands for an erased one. */
export interface Charts {
  /** Reads a record, and opens the wanted fields of it. */
  read(
    requestId: string,
    patientId: string,
    wanted: readonly Field[],
  ): Promise<FieldValues | undefined>;
  /** Replaces the notes. False when the record is erased. */
  writeNotes(requestId: string, patientId: string, notes: string): Promise<boolean>;
  /** Erases a patient, everywhere: what is left of them cannot be opened any more. */
  erase(requestId: string, patientId: string): Promise<void>;
}

const callTimeoutMs = 2_000;
const patience = {
  maxAttempts: 3,
  backoff: { initialMs: 50, maxMs: 1_000, factor: 2, jitter: 'full' },
} as const;

export function createCharts({ records }: Outside, pool: ConnectionPool, keyring: Keyring): Charts {
  const retry = createRetry(patience);
  const options = { timeoutMs: callTimeoutMs };
  /** All of these may be repeated: twice comes to the same. A connection is held for one statement. */
  const statement = <T>(call: () => Promise<T>): Promise<T> =>
    retry.execute(() => withConnection(pool, call));

  return {
    async read(requestId, patientId, wanted) {
      const { record, key } = await statement(() =>
        records.read({ requestId, patientId }, options),
      );
      if (key === undefined) return undefined;
      return openFields(await keyring.open(patientId, key), patientId, record.values, wanted);
    },
    async writeNotes(requestId, patientId, notes) {
      const { record, key } = await statement(() =>
        records.read({ requestId, patientId }, options),
      );
      if (key === undefined) return false;
      const sealed = sealField(await keyring.open(patientId, key), patientId, 'notes', notes);
      const values = { ...record.values, notes: sealed };
      await statement(() => records.write({ requestId, patientId, values }, options));
      return true;
    },
    async erase(requestId, patientId) {
      await statement(() => records.destroyKey({ requestId, patientId }, options));
    },
  };
}
