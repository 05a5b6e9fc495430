import type { Secrets } from '../domain/signatures.ts';

/**
 * How often every sender changes its secret, in ms. Nobody does that every minute; here a storm of
 * minutes has to see it.
 */
const rotateEveryMs = 60_000;

/** Where secrets are handed out: to `gateway`, or by the id of a merchant. */
export interface SecretStore {
  /** The secrets of this moment, by the clock of the store: whoever asks may have a wrong one. */
  of(owner: string): Secrets;
}

export const secretStore: SecretStore = {
  of(owner) {
    const version = Math.floor(Date.now() / rotateEveryMs);
    const secret = (number: number): string => `${owner}/secret/${number}`;
    return {
      signing: secret(version),
      // The likeliest first: each that is tried costs a hash.
      valid: [secret(version), secret(version - 1), secret(version + 1)],
    };
  },
};
