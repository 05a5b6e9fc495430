import { cellsOf, type Hours } from './local-time.ts';
import type { Openings } from './provider-day.ts';

/** Three clinics of which two put their clocks the other way within a week, and one does not. */

export interface Clinic {
  /** A name of the IANA database. */
  readonly zone: string;
  readonly hours: Hours;
}

export const clinics = {
  azores: { zone: 'Atlantic/Azores', hours: { from: '20:56', to: '21:04' } },
  'los-angeles': { zone: 'America/Los_Angeles', hours: { from: '14:56', to: '15:04' } },
  sydney: { zone: 'Australia/Sydney', hours: { from: '08:56', to: '09:04' } },
} as const satisfies Readonly<Record<string, Clinic>>;

export type ClinicName = keyof typeof clinics;
export const clinicNames = [
  'azores',
  'los-angeles',
  'sydney',
] as const satisfies readonly ClinicName[];

/** In small: a visit takes one minute or two. */
export const cellMs = 60_000;
/** How long an offer stands from when its mail was sent; two hours, in small. */
export const offerMs = 30_000;
/**
 * How many wait for one day of one provider at the most. Whoever is the last of them has an offer, or knows
 * that there is none, after so many times `offerMs`: more would hope in vain.
 */
export const mostWaiting = 24;
/** A reminder comes so many days before, at the time of the visit by the clock of the clinic. */
export const reminderDays = [7, 1] as const;
/** How often it is looked up which reminders are due, ms. */
export const tickMs = 10_000;

const known = new Map<string, Openings>();

/** When a clinic can be visited on a day of its own. */
export function openingsOf(clinic: ClinicName, date: string): Openings {
  const name = `${clinic} ${date}`;
  let openings = known.get(name);
  if (openings === undefined) {
    const { zone, hours } = clinics[clinic];
    openings = { cells: cellsOf(hours, date, zone, cellMs), cellMs, mostWaiting };
    known.set(name, openings);
  }
  return openings;
}
