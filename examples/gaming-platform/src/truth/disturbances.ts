import type { IdentifiedFault } from '@firedrill/core/services';

type Faults = readonly IdentifiedFault[];

const overlaps = ({ fromMs, toMs }: IdentifiedFault, sinceMs: number, untilMs: number): boolean =>
  fromMs <= untilMs && toMs >= sinceMs;

/** How often a process has gone down in this time. */
export const crashesBetween = (faults: Faults, sinceMs: number, untilMs: number): number =>
  faults.filter((fault) => fault.kind === 'crash' && overlaps(fault, sinceMs, untilMs)).length;

/** Whether nothing has gone down in this time, and none of these services had a fault. */
export const isUndisturbed = (
  faults: Faults,
  services: readonly string[],
  sinceMs: number,
  untilMs: number,
): boolean =>
  !faults.some(
    (fault) =>
      (fault.kind === 'crash' || services.includes(fault.service)) &&
      overlaps(fault, sinceMs, untilMs),
  );
