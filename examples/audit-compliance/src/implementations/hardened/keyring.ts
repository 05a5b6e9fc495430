import { createRetry } from '@firedrill/core/resilience';
import type { WrappedKey } from '../../services/records.ts';
import type { Outside } from '../../system.ts';
import { secretKey, type SecretKey } from './cipher.ts';

/** Data keys of patients, unwrapped by the vault and remembered for a while. */
export interface Keyring {
  /** The data key that is wrapped in this one. */
  open(patientId: string, key: WrappedKey): Promise<SecretKey>;
}

/** Keys that one process remembers: what it costs is memory, what it saves is the way to the vault. */
const remembered = 2_000;

const callTimeoutMs = 2_000;
const patience = {
  maxAttempts: 4,
  backoff: { initialMs: 50, maxMs: 1_000, factor: 2, jitter: 'full' },
} as const;

/**
 * A key is remembered by its wrapped form, which the database hands out with each record: once that is
 * destroyed or replaced, what is remembered of it is no longer asked for.
 */
export function createKeyring({ kms }: Outside): Keyring {
  const known = new Map<string, SecretKey>();
  const retry = createRetry(patience);

  return {
    async open(patientId, key) {
      const cached = known.get(key.wrapped);
      if (cached !== undefined) return cached;
      const { dataKey } = await retry.execute(() =>
        kms.unwrap({ patientId, key }, { timeoutMs: callTimeoutMs }),
      );
      const opened = secretKey(dataKey);
      if (known.size >= remembered) known.delete(known.keys().next().value ?? '');
      known.set(key.wrapped, opened);
      return opened;
    },
  };
}
