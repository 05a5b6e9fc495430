import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/**
 * A session is known by a token that changes with every renewal; only its hash is kept. An older token of the
 * same session means that two have it, and ends it for both (RFC 9700, section 4.14.2).
 */
export interface Session {
  readonly email: string;
  readonly secretHash: string;
  readonly expiresAtMs: number;
  readonly isRevoked: boolean;
}

export const newSession = (email: string, secret: string, expiresAtMs: number): Session => ({
  email,
  secretHash: hashOf(secret),
  expiresAtMs,
  isRevoked: false,
});

/** Letters and digits that nobody guesses: 128 bits. */
export function newSecret(): string {
  return bytesToHex(globalThis.crypto.getRandomValues(new Uint8Array(16)));
}

/** What is kept of a secret that is as random as that needs no salt. */
export const hashOf = (secret: string): string =>
  bytesToHex(sha256(new TextEncoder().encode(secret)));

export const tokenOf = (sessionId: string, secret: string): string => `${sessionId}.${secret}`;

export function readToken(token: string): { readonly sessionId: string; readonly secret: string } {
  const dot = token.lastIndexOf('.');
  return { sessionId: token.slice(0, Math.max(0, dot)), secret: token.slice(dot + 1) };
}

/** Whether a secret opens the session. */
export function isOpen(session: Session | undefined, secret: string, nowMs: number): boolean {
  if (session === undefined || session.isRevoked || nowMs >= session.expiresAtMs) return false;
  return session.secretHash === hashOf(secret);
}

/** Renews: the next session, and whether whoever asked gets its secret. */
export function renewed(
  session: Session,
  secret: string,
  nextSecret: string,
  nowMs: number,
): { readonly session: Session; readonly isRenewed: boolean } {
  if (isOpen(session, secret, nowMs)) {
    return { session: { ...session, secretHash: hashOf(nextSecret) }, isRenewed: true };
  }
  return { session: { ...session, isRevoked: true }, isRenewed: false };
}
