import { type Settings, settingsSchema } from '../settings.ts';

/** Twenty minutes in well under one: fewer requests, and shorter times for whoever waits. */
const shorter = {
  requestsPerDay: 20_000,
  bootMs: 500,
  reminderMinutes: 0.1,
  thinkSeconds: 2,
  patienceMinutes: 0.75,
  sealMs: 1_000,
  rotationMinutes: 0.25,
  flushMs: 1_000,
} satisfies Partial<Settings>;

/** The settings of a storm on a real clock. */
export const shortDay = (): Settings => settingsSchema.parse(shorter);
