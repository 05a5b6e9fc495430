import type { LoadExample } from '@firedrill/core/cli';

/** One flow of the catalogue; its code is loaded when it is run. */
export interface CatalogEntry {
  /** What it is, in one line. */
  readonly title: string;
  readonly load: LoadExample;
}

/** All flows, by the name of their folder. */
export const catalog: Readonly<Record<string, CatalogEntry>> = {
  appointments: {
    title: 'times given once, waiting lists, reminders by the clock of the place',
    load: () => import('./appointments/example.ts'),
  },
  caching: {
    title: 'two levels of cache that are never staler than promised',
    load: () => import('./caching/example.ts'),
  },
  iot: {
    title: 'sensors: windows by event time, late readings, anomalies, bounded alerts',
    load: () => import('./iot/example.ts'),
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
  },
};
