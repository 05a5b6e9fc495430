import { createRetry, sleep } from '@firedrill/core/resilience';
import type { Context } from '../../system.ts';
import { newDataKey, sealFields } from './encryption.ts';

const batchSize = 100;
const pauseMs = 50;
const callTimeoutMs = 2_000;
const patience = {
  maxAttempts: 1_000,
  backoff: { initialMs: 50, maxMs: 2_000, factor: 2, jitter: 'full' },
} as const;

/**
 * The migration of week 5: every record is sealed under a key of its own. The first process does it,
 * batch by batch, and goes on after a crash where it was; the others wait. Resolves when no record
 * lies there as text any more.
 */
export async function migrate({ outside, process }: Context): Promise<void> {
  const { records, kms } = outside;
  const options = { timeoutMs: callTimeoutMs };
  const retry = createRetry(patience);
  for (;;) {
    const batch = await retry.execute(() => records.plain({ limit: batchSize }, options));
    if (batch.records.length === 0) return;
    if (process.index > 0) {
      await sleep(pauseMs);
      continue;
    }
    const keyed = batch.records.map((record) => ({ ...record, key: newDataKey() }));
    const { wrapped } = await retry.execute(() =>
      kms.wrap(
        {
          keys: keyed.map(({ patientId, key }) => ({
            patientId,
            dataKey: key.export().toString('hex'),
          })),
        },
        options,
      ),
    );
    const rows = keyed.flatMap(({ patientId, values, key }, index) => {
      const wrappedKey = wrapped[index];
      if (wrappedKey === undefined) return [];
      return [{ patientId, values: sealFields(key, patientId, values), key: wrappedKey }];
    });
    await retry.execute(() => records.migrate({ rows }, options));
  }
}
