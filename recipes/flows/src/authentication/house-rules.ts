import type { GateOptions } from './gate.ts';

/** Times in small: minutes for hours. */

export const codeLivesMs = 180_000;
/** Guesses at the code of one registration. */
export const codeTries = 5;
export const sessionLivesMs = 30 * 60_000;

/** All who come from a device that the account does not know share one gate: an owner's device has its own. */
export const strangerGate: GateOptions = { maxFailures: 5, windowMs: 60_000 };
/** A stolen device is a stranger soon enough. */
export const deviceGate: GateOptions = { maxFailures: 10, windowMs: 60_000 };
/** One address that tries many accounts. */
export const sourceGate: GateOptions = { maxFailures: 20, windowMs: 60_000 };

/**
 * The gates that a sign-in has to pass, by name. They are those of the address that was typed, whether or not it
 * has an account.
 */
export const gatesOf = (
  isKnown: boolean,
  deviceHash: string,
  email: string,
  source: string,
): readonly (readonly [name: string, options: GateOptions])[] =>
  isKnown
    ? [[`device ${deviceHash}`, deviceGate]]
    : [
        [`stranger ${email}`, strangerGate],
        [`source ${source}`, sourceGate],
      ];
