import {
  accessStream,
  type CreateSystem,
  hardenedParts,
  type Parts,
  startProgram,
} from '#audit-compliance';

/**
 * Every access has an entry in the audit trail: who, whose data, what for. It is written on the way,
 * and the clinic does not wait for it. Then the power fails.
 *
 * `store.append` resolves when the entry can no longer be lost. With `tx` it belongs to a transaction,
 * which waits for it. `expectedVersion: 'any'`: entries of a patient need no order.
 */
const writeEntry: Parts['writeEntry'] = async (store, entry, tx) => {
  const type = entry.decision === 'granted' ? 'access.granted' : 'access.denied';
  const event = { type, data: entry } as const;
  const stream = accessStream(entry.patientId);
  if (tx !== undefined) {
    await store.append(stream, [event], { expectedVersion: 'any', tx });
    return;
  }
  store.append(stream, [event], { expectedVersion: 'any' }).catch(() => undefined);
};

export const create: CreateSystem = (context) =>
  startProgram(context, { ...hardenedParts, writeEntry });
