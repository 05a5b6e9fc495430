import type { Random } from '@firedrill/core/simulation';
import type { Patient } from '../domain.ts';

/** Consents to research: patients give them and take them back, and what holds then is what counts. */
export interface Consents {
  /** Whether the patient's consent holds at this time, in ms since the start. */
  holds(patientId: string, atMs: number): boolean;
}

/** Share of those who consent that think again, of those who do not that do so later; and by when. */
const withdrawingShare = 0.5;
const givingShare = 0.3;
const withinMs = 20 * 60_000;

export function createConsents(patients: readonly Patient[], random: Random): Consents {
  /** From when until when each consent holds. */
  const held = new Map<string, readonly [fromMs: number, toMs: number]>();
  for (const { id, consentsToResearch } of patients) {
    const fromMs = consentsToResearch ? 0 : random.integer(0, withinMs);
    const toMs = random.chance(withdrawingShare) ? random.integer(fromMs, withinMs) : Infinity;
    if (consentsToResearch || random.chance(givingShare)) held.set(id, [fromMs, toMs]);
  }
  return {
    holds(patientId, atMs) {
      const [fromMs, toMs] = held.get(patientId) ?? [Infinity, Infinity];
      return fromMs <= atMs && atMs < toMs;
    },
  };
}
