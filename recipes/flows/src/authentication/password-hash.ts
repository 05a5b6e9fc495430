import { scrypt } from '@noble/hashes/scrypt.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';

/**
 * What one hash costs (RFC 7914): memory is 128 × n × r bytes, work grows with n × r × p. OWASP asks for
 * n = 2^17, r = 8, p = 1 (Password Storage Cheat Sheet, 2025).
 */
export interface HashCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** Hardly any work: in a simulation its time is that of the password service. */
export const simulatedCost: HashCost = { n: 16, r: 1, p: 1 };

const hashBytes = 32;

/** A hash with all that is needed to verify it: `scrypt$n$r$p$salt$hash`, bytes as hexadecimal digits. */
export function hashPassword(password: string, salt: Uint8Array, { n, r, p }: HashCost): string {
  const hash = scrypt(password.normalize('NFKC'), salt, { N: n, r, p, dkLen: hashBytes });
  return ['scrypt', n, r, p, bytesToHex(salt), bytesToHex(hash)].join('$');
}

/** Whether it is the password of this hash; the time depends on no byte of either. @throws RangeError for what is no hash. */
export function isPassword(password: string, stored: string): boolean {
  const [name, n, r, p, salt, hash] = stored.split('$');
  if (name !== 'scrypt' || salt === undefined || hash === undefined) {
    throw new RangeError('Failed to verify a password: what is stored is no scrypt hash.');
  }
  const cost = { n: Number(n), r: Number(r), p: Number(p) };
  const again = hashPassword(password, hexToBytes(salt), cost);
  let difference = again.length ^ stored.length;
  for (let index = 0; index < again.length; index += 1) {
    difference |= again.charCodeAt(index) ^ stored.charCodeAt(index);
  }
  return difference === 0;
}

/** Of nobody's password: who has no account costs as much as who has one. */
export const nobodysHash: string = hashPassword('', new Uint8Array(16), simulatedCost);
