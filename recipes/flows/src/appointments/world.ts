import { settle, sleep } from '@firedrill/core/resilience';
import type { Random } from '@firedrill/core/simulation';
import type { ClinicName } from './house-rules.ts';
import type { Visit } from './flow.ts';
import type { Ledger, Mail } from './services.ts';

/** What the world knows of one who wants to be seen. Times in ms since the run began. */
export interface Patient {
  readonly visit: Visit;
  /** Whether the time lies within the hours of the clinic. */
  readonly isOpen: boolean;
  readonly askedAtMs: number;
  takenAtMs?: number;
  cancelAskedAtMs?: number;
  declineAskedAtMs?: number;
  acceptTakenAtMs?: number;
}

export interface AppointmentTruth extends Ledger {
  readonly patients: Map<string, Patient>;
}

export type Ask = 'request' | 'cancel' | 'accept' | 'decline';

/** As the clinics have written it down for the two days of each: when they open, and for how long. */
export const openings: Readonly<Record<ClinicName, Readonly<Record<string, string>>>> = {
  // The clock was put forward on March 29: 20:56 by the wall is an hour earlier than the day before.
  azores: { '2026-03-29': '2026-03-29T20:56:00Z', '2026-04-04': '2026-04-04T20:56:00Z' },
  'los-angeles': { '2026-03-29': '2026-03-29T21:56:00Z', '2026-04-04': '2026-04-04T21:56:00Z' },
  // Put back on April 5: 08:56 by the wall is an hour later than a week before.
  sydney: { '2026-03-30': '2026-03-29T21:56:00Z', '2026-04-05': '2026-04-04T22:56:00Z' },
};
const minute = 60_000;
export const openForMs = 8 * minute;

/** When the ferry to the islands does not sail, and many cancel, ms since the run began. */
export const waveMs = { from: 150_000, to: 170_000 };

/** Draws who wants to be seen when: many want the same. */
export function drawPatient(index: number, askedAtMs: number, draw: Random): Patient {
  const clinic = draw.pick(['azores', 'azores', 'los-angeles', 'sydney'] as const);
  const provider = `${clinic}-${draw.chance(0.4) ? 1 : draw.integer(1, 4)}`;
  const [date, opensAt] = draw.pick(Object.entries(openings[clinic]));
  const isOpen = !draw.chance(0.04);
  const lengthMs = draw.chance(0.25) ? 2 * minute : minute;
  const cell = draw.integer(0, (openForMs - lengthMs) / minute);
  const startMs = Date.parse(opensAt) + cell * minute + (isOpen ? 0 : openForMs);
  const id = `visit-${index + 1}`;
  return {
    visit: { id, clinic, provider, date, startMs, endMs: startMs + lengthMs },
    isOpen,
    askedAtMs,
  };
}

/** How one behaves from asking for a time until it is settled, or hope is given up. */
export async function livePatient(
  patient: Patient,
  ask: (what: Ask, visit: Visit) => Promise<void>,
  {
    mails,
    elapsedMs,
    draw,
  }: Pick<Ledger, 'mails'> & { readonly elapsedMs: () => number; readonly draw: Random },
): Promise<void> {
  const { visit } = patient;
  const cancels = draw.chance(visit.clinic === 'azores' ? 0.5 : 0.15);
  const answer = draw.pick(['accept', 'accept', 'accept', 'late', 'decline', 'nothing'] as const);
  const thinksMs = answer === 'late' ? draw.integer(32_000, 45_000) : draw.integer(2_000, 20_000);
  const wave = draw.integer(waveMs.from, waveMs.to);
  const give = async (what: Ask, about: Visit): Promise<void> => {
    while ((await settle(ask(what, about))).kind !== 'success') await sleep(2_000);
  };
  await give('request', visit);
  patient.takenAtMs = elapsedMs();

  const patienceMs = elapsedMs() + 5 * minute;
  for (let read = 0; elapsedMs() < patienceMs;) {
    const mail: Mail | undefined = mails.get(visit.id)?.[read];
    if (mail === undefined) {
      await sleep(1_000);
      continue;
    }
    read += 1;
    const about = { ...visit, startMs: mail.startMs, endMs: mail.endMs };
    if (mail.kind === 'offered') {
      if (answer === 'nothing') return;
      await sleep(thinksMs);
      if (answer === 'decline') {
        patient.declineAskedAtMs = elapsedMs();
        await give('decline', about);
        return;
      }
      await give('accept', about);
      patient.acceptTakenAtMs = elapsedMs();
    } else if (mail.kind === 'confirmed') {
      if (!cancels) return;
      await sleep(Math.max(5_000, wave - elapsedMs()));
      patient.cancelAskedAtMs = elapsedMs();
      await give('cancel', about);
      return;
    } else if (mail.kind !== 'waiting') {
      return;
    }
  }
}
