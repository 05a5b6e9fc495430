import type { LoadExample } from '@firedrill/core/cli';

/** One flow of the catalogue; its code is loaded when it is run. */
export interface CatalogEntry {
  /** What it is, in one line. */
  readonly title: string;
  readonly load: LoadExample;
  /** How its ordinary day is played on many processes. Default: all of it, 20 times as fast. */
  readonly day?: { readonly speed: number; readonly dayMs: number; readonly why: string };
  /** For a flow that does not run on every engine: those that it runs on, and why. */
  readonly engines?: { readonly only: 'memory'; readonly why: string };
}

/** All flows, by the name of their folder. */
export const catalog: Readonly<Record<string, CatalogEntry>> = {
  appointments: {
    title: 'times given once, waiting lists, reminders by the clock of the place',
    load: () => import('./appointments/example.ts'),
    day: {
      speed: 8,
      dayMs: 480_000,
      why: 'a reminder is to be there within a minute of its clock, and looking up which are due takes its turn',
    },
  },
  authentication: {
    title: 'passwords, one-time codes and sessions; nobody is told who has an account',
    load: () => import('./authentication/example.ts'),
    engines: {
      only: 'memory',
      why: 'who signs in waits for the answer, and it is handed over in the process that asked',
    },
  },
  caching: {
    title: 'two levels of cache that are never staler than promised',
    load: () => import('./caching/example.ts'),
    engines: {
      only: 'memory',
      why: 'a process reads from a cache in its own memory, and a worker of BullMQ serves no reads',
    },
  },
  etl: {
    title: 'two sources into a warehouse: every row once, or in quarantine with its reason',
    load: () => import('./etl/example.ts'),
  },
  'game-events': {
    title: 'a log that makes a match again, achievements, rewards, and who cheats',
    load: () => import('./game-events/example.ts'),
    day: {
      speed: 2,
      dayMs: 60_000,
      why: 'a result is due two seconds after the end by its clock, and each action is an event of its own',
    },
  },
  iot: {
    title: 'sensors: windows by event time, late readings, anomalies, bounded alerts',
    load: () => import('./iot/example.ts'),
  },
  learning: {
    title: 'a course: best attempts, prerequisites, streaks, certificates that can be verified',
    load: () => import('./learning/example.ts'),
  },
  manufacturing: {
    title: 'ovens that stop by themselves, fans replaced in time, parts that can be traced',
    load: () => import('./manufacturing/example.ts'),
    engines: {
      only: 'memory',
      why: 'a command ends after four seconds, and a compressed clock leaves a broker a tenth of that',
    },
  },
  moderation: {
    title: 'filters, a model, two reviewers, appeals, and a report of every decision',
    load: () => import('./moderation/example.ts'),
    day: {
      speed: 8,
      dayMs: 90_000,
      why: 'what is bad has to be down two minutes later by its clock',
    },
  },
  notifications: {
    title: 'mail, SMS and push by preference, with quiet hours and a second provider',
    load: () => import('./notifications/example.ts'),
  },
  orders: {
    title: 'a durable saga: reserve, pay, ship, confirm, or undo it all',
    load: () => import('./orders/example.ts'),
  },
  trading: {
    title: 'a price-time order book with risk limits, halts and settlement',
    load: () => import('./trading/example.ts'),
    day: {
      speed: 1,
      dayMs: 30_000,
      why: 'an order is to be accepted within a second of its clock',
    },
  },
};
