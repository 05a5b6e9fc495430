import { z } from 'zod';
import { expect, test } from 'vitest';
import { type AnyExample, defineExample } from './example.ts';

const scenario = {
  kind: 'storm',
  title: 't',
  intro: [],
  next: '',
  storm: {
    durationMs: 1,
    load: () => {
      throw new Error('not run');
    },
    faults: () => [],
    story: [],
  },
  cast: [{ implementation: 'broken', role: 'broken' }],
  incident: [],
} as const;

const good: AnyExample = {
  name: 'example',
  title: 'Example',
  startsAt: '2026-11-27T14:00:00Z',
  settings: z.object({}),
  services: [],
  traceFields: {},
  charts: [{ id: 'rate', title: 'Rate', unit: 'per-second', scale: 'linear' }],
  series: [{ name: 'orders', label: 'orders', unit: 'per-second', chart: 'rate' }],
  metrics: [],
  createWorld: () => ({}),
  implementations: [
    {
      name: 'broken',
      title: 'broken',
      flaw: 'it is',
      breaks: ['holds'],
      create: () => ({ close: async () => {} }),
    },
  ],
  visit: async () => {},
  watchers: [],
  rules: [
    {
      name: 'holds',
      title: 'it holds',
      kind: 'invariant',
      expected: 'it',
      evaluate: () => ({ holds: true, observed: 'it' }),
    },
  ],
  summarize: () => ({}),
  scenarios: { failure: scenario, recovery: scenario, scale: scenario, story: scenario },
};

test('a consistent example is handed back as it is', () => {
  expect(defineExample(good)).toBe(good);
});

test.each([
  [{ series: [...good.series, ...good.series] }, '"orders" stands twice in series'],
  [{ charts: [] }, 'series.orders.chart names "rate"'],
  [{ rules: [] }, 'implementations.broken.breaks names "holds"'],
  [{ implementations: [] }, 'scenarios.failure names "broken"'],
])('a name that is used twice or refers to nothing is refused: %#', (change, message) => {
  expect(() => defineExample({ ...good, ...change })).toThrow(message);
});
