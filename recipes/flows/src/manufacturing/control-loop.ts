/** A proportional-integral controller: duty for each °C of error, and the time in which the integral does as much. */
export interface PiTuning {
  /** Duty for each °C. */
  readonly gainPerC: number;
  readonly integralMs: number;
}

/**
 * Tuning of a first-order response with dead time by the SIMC rules (Skogestad 2003), with a closed
 * loop that is as slow as its dead time and two seconds more: those of sampling and of the way.
 */
export function simcTuning(response: {
  /** °C at rest for full power. */
  readonly gainC: number;
  readonly lagMs: number;
  readonly deadMs: number;
}): PiTuning {
  const deadMs = response.deadMs + 2_000;
  const both = deadMs + deadMs;
  return {
    gainPerC: response.lagMs / (response.gainC * both),
    integralMs: Math.min(response.lagMs, 4 * both),
  };
}

/**
 * The next duty, from 0 to 1, around the one that holds the setpoint. While the heater is at an end of
 * its range, the integral does not move further that way (conditional integration): a long warm-up
 * winds nothing up.
 *
 * @param integral the share of the duty that has been learnt so far
 */
export function nextDuty(
  { gainPerC, integralMs }: PiTuning,
  {
    errorC,
    integral,
    restDuty,
    dtMs,
  }: {
    readonly errorC: number;
    readonly integral: number;
    readonly restDuty: number;
    readonly dtMs: number;
  },
): { readonly duty: number; readonly integral: number } {
  const grown = integral + (gainPerC * errorC * dtMs) / integralMs;
  const wanted = restDuty + gainPerC * errorC + grown;
  const duty = Math.min(1, Math.max(0, wanted));
  const isWindingUp = (wanted > 1 && errorC > 0) || (wanted < 0 && errorC < 0);
  return { duty, integral: isWindingUp ? integral : grown };
}
