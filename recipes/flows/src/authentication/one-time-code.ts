import { generateSecret, verifySync } from 'otplib';

/** Time-based one-time codes (RFC 6238): six digits, SHA-1, 30 s, as all authenticator apps have them. */

/** Seconds by which a phone and this process may differ: one step either way, as section 5.2 recommends. */
const toleranceSeconds = 30;

/** A new secret, in base 32. */
export const newCodeSecret = (): string => generateSecret();

/**
 * The time step that a code belongs to; `undefined` when it is wrong, too old, or of a step that was used.
 *
 * @param lastStep the step of the last code that was taken: a code opens once
 */
export function stepOfCode(
  secret: string,
  code: string,
  nowMs: number,
  lastStep: number,
): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const found = verifySync({
    secret,
    token: code,
    epoch: Math.floor(nowMs / 1_000),
    epochTolerance: toleranceSeconds,
    ...(lastStep >= 0 && { afterTimeStep: lastStep }),
  });
  return found.valid && 'timeStep' in found ? found.timeStep : undefined;
}
