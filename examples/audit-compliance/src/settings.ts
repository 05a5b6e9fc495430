import { onOff } from '@firedrill/core/scenario';
import { z } from 'zod';

const milliseconds = z.coerce.number().int().positive();
const count = z.coerce.number().int().positive();
const share = z.coerce.number().min(0).max(1);

/** What `--set` may change. Rates follow from the figures of the platform: see `basePerSecond`. */
export const settingsSchema = z.object({
  requestsPerDay: count.default(100_000).describe('requests of the staff on an ordinary day'),
  peak: z.coerce.number().min(1).max(100).default(10).describe('load of the rush, times the base'),
  patients: count.max(100_000).default(400).describe('patients with a record'),
  slots: count.max(100_000).default(700).describe('appointments that can be given'),
  snoopShare: share.default(0.04).describe('share of the readers who have no business there'),
  emergencyShare: share.default(0.01).describe('share of the requests that break the glass'),
  userTimeoutMs: milliseconds.default(8_000).describe('patience of the page'),
  userAttempts: count.max(20).default(5).describe('times that somebody presses a button'),
  processes: count.max(8).default(3).describe('processes of the platform, behind a load balancer'),
  crashes: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000)
    .default(8)
    .describe('times that processes crash, at moments drawn from the seed'),
  bootMs: milliseconds.default(3_000).describe('time from a crash to the restart'),
  connections: count.default(3).describe('connections to the database, of each process'),
  acquireTimeoutMs: milliseconds.default(5_000).describe('longest wait for a connection'),
  reminderMinutes: z.coerce
    .number()
    .positive()
    .max(60)
    .default(3)
    .describe('minutes from the booking to the reminder'),
  glassMinutes: z.coerce
    .number()
    .positive()
    .max(60)
    .default(2)
    .describe('minutes for which an emergency access may be repeated'),
  reviewMinutes: z.coerce
    .number()
    .positive()
    .max(60)
    .default(3)
    .describe('minutes within which an emergency is reviewed, or escalated'),
  thinkSeconds: z.coerce
    .number()
    .positive()
    .max(600)
    .default(40)
    .describe('time until an appointment is cancelled or an emergency reviewed, median'),
  patienceMinutes: z.coerce
    .number()
    .positive()
    .max(60)
    .default(3)
    .describe('minutes that somebody waits for a message that is due'),
  flushMs: milliseconds
    .default(5_000)
    .describe('time between two writes of the buffer (3. buffer)'),
  workers: count.max(10_000).default(32).describe('entries written at once (4. hooks)'),
  queueSize: count.max(1_000_000).default(128).describe('entries that may wait (4. hooks)'),
  forwardBatch: count
    .max(1_000)
    .default(100)
    .describe('entries that are forwarded in one request (hardened)'),
  sealMs: milliseconds.default(15_000).describe('time between two seals of the log (hardened)'),
  rotationMinutes: z.coerce
    .number()
    .positive()
    .max(1_440)
    .default(10)
    .describe('minutes between two rotations of the master key (hardened)'),
  crowdShare: share
    .default(0)
    .describe('share of the visits in which a colleague does the same at the same time'),
  careTeam: onOff('referrals: who may treat a patient of another clinic, and until when'),
  retention: onOff('records that must be kept, legal holds, and erasures that wait'),
  ownLog: onOff('patients who ask who has seen their record'),
  sessions: onOff('log-in, idle end, step-up and revocation'),
  offers: onOff('offers from the waitlist that are accepted, declined or over'),
  providers: onOff('visits with providers in several zones, in the nights in which clocks change'),
  outcomes: onOff('what a review of an emergency comes to, and what follows'),
  examine: onOff('people who are curious inside their rights, and an examiner of the log'),
});

export type Settings = z.infer<typeof settingsSchema>;

const secondsPerDay = 86_400;

/** Requests a second on an ordinary day. */
export const basePerSecond = ({ requestsPerDay }: Settings): number =>
  requestsPerDay / secondsPerDay;
