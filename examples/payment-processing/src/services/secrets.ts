import type { Secrets } from '../domain/signatures.ts';

/**
 * How often every sender changes its secret, in ms. Nobody does that every minute; here a storm of
 * minutes has to see it.
 */
const rotateEveryMs = 60_000;

/** Where secrets are handed out: `gateway`, or the id of a merchant, and the time (ms since 1970). */
export interface SecretStore {
  of(owner: string, nowMs: number): Secrets;
}

export const secretStore: SecretStore = {
  of(owner, nowMs) {
    const version = Math.floor(nowMs / rotateEveryMs);
    const secret = (number: number): string => `${owner}/secret/${number}`;
    return {
      signing: secret(version),
      // The likeliest first: each that is tried costs a hash.
      valid: [secret(version), secret(version - 1), secret(version + 1)],
    };
  },
};
