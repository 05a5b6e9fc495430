import { withConnection } from '@firedrill/core/resilience';
import {
  type CreateSystem,
  hardenedParts,
  openFields,
  type Parts,
  sealField,
  startProgram,
} from '#audit-compliance';

const options = { timeoutMs: 2_000 };

/**
 * A patient wants to be forgotten. The row is emptied; and last night's backup?
 *
 * Each field of a record is sealed under a key of its patient, and `key` is that key, wrapped by a
 * master key in a vault. Given: `records.destroyKey({ requestId, patientId })` destroys the wrapped
 * key, wherever it lies. A record without a key is one of somebody who was erased.
 */
const createCharts: Parts['createCharts'] = ({ records }, pool, keyring) => {
  const read = (requestId: string, patientId: string) =>
    withConnection(pool, () => records.read({ requestId, patientId }, options));

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
      await withConnection(pool, () => records.write({ requestId, patientId, values }, options));
      return true;
    },
    async erase(requestId, patientId) {
      await withConnection(pool, () =>
        records.write({ requestId, patientId, values: {} }, options),
      );
    },
  };
};

export const create: CreateSystem = (context) =>
  startProgram(context, { ...hardenedParts, createCharts });
