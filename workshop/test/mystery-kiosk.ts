import type { Evidence, Truth } from '@firedrill/core/workshop';

const outcome = { figures: { late: 3 }, broken: ['in-time'] };
/** What can be found out of an incident that nobody had. */
export const kioskEvidence: Evidence = {
  example: 'kiosk',
  title: 'A kiosk',
  startsAt: '2026-11-27T14:00:00Z',
  durationMs: 300_000,
  implementation: 'direct-calls',
  about: '1. direct calls: waits for everything',
  alerts: [{ atMs: 60_000, severity: 'critical', text: 'nobody is served' }],
  signs: [
    { name: 'in-time', title: 'guests are served in time', expected: '1 s', observed: '9 s' },
  ],
  known: [],
  parts: [{ id: 'grill', kind: 'service' }],
  metrics: [{ name: 'late', label: 'late', unit: 'count', points: [[5_000, 1]] }],
  states: { grill: [[1_000, 3, null, 0]] },
  logs: { grill: [{ atMs: 15_000, level: 'warn', text: '3 calls, 2 timed out' }] },
  errors: [],
  settings: { cooks: 2 },
  labels: { late: { label: 'late', unit: 'count' } },
  own: outcome,
  calm: { figures: { late: 0 }, broken: [] },
  others: { hardened: { figures: {}, broken: [] } },
};
/** What was hidden of it. */
export const kioskTruth: Truth = {
  cause: 'the grill that is cold',
  parts: [
    { kind: 'hang', place: 'grill', fromMs: 60_000, toMs: 120_000, label: 'grill: all calls hang' },
  ],
  beside: ['fridge: 5 % of calls fail'],
  proof: ['without the grill: 0 of 1 signs are there'],
  replay: 'pnpm start kiosk',
};
