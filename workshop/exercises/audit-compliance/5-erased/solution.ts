import { createRetry, withConnection } from '@firedrill/core/resilience';
import {
  type CreateSystem,
  hardenedParts,
  openFields,
  type Parts,
  sealField,
  startProgram,
} from '#audit-compliance';

const options = { timeoutMs: 2_000 };
const patience = {
  maxAttempts: 3,
  backoff: { initialMs: 50, maxMs: 1_000, factor: 2, jitter: 'full' },
} as const;

/**
 * Erased is who has no key: what lies in the database, in its backups and on a forgotten disk cannot be
 * opened by anybody any more. Each statement may be repeated: twice comes to the same.
 */
const createCharts: Parts['createCharts'] = ({ records }, pool, keyring) => {
  const retry = createRetry(patience);
  const statement = <T>(call: () => Promise<T>): Promise<T> =>
    retry.execute(() => withConnection(pool, call));
  const read = (requestId: string, patientId: string) =>
    statement(() => records.read({ requestId, patientId }, options));

  return {
    async read(requestId, patientId, wanted) {
      const { record, key } = await read(requestId, patientId);
      if (key === undefined) return undefined;
      return openFields(await keyring.open(patientId, key), patientId, record.values, wanted);
    },
    async writeNotes(requestId, patientId, notes) {
      const { record, key } = await read(requestId, patientId);
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
};

export const create: CreateSystem = (context) =>
  startProgram(context, { ...hardenedParts, createCharts });
