import { expect, test } from 'vitest';
import { type FaultKind, faultKinds, type FaultTarget } from '../services/index.ts';
import { drawStorm, type SwarmSpace } from './draw-storm.ts';

const bank: FaultTarget = {
  name: 'bank',
  kind: 'service',
  operations: ['pay', 'find'],
  keys: undefined,
};
const rights: FaultTarget = { ...bank, name: 'rights', operations: ['decide'] };
const news: FaultTarget = { name: 'news', kind: 'channel', operations: [], keys: undefined };
const app: FaultTarget = { name: 'app', kind: 'process', operations: [], keys: undefined };

const stormsOn = (
  targets: readonly FaultTarget[],
  kinds: readonly FaultKind[] = faultKinds,
  more: Partial<SwarmSpace> = {},
) =>
  Array.from({ length: 600 }, (_, seed) =>
    drawStorm(seed, { targets, kinds, small: {}, settings: {}, ...more }),
  );
const staleOf = ({ faults }: ReturnType<typeof drawStorm>) =>
  faults.filter(({ id }) => id.startsWith('stale-'));

/** How long a request is under way that such a fault strikes; 0 for any other fault. */
const underWayMs = (fault: ReturnType<typeof staleOf>[number] | undefined): number =>
  fault?.kind === 'slow' && fault.latency !== undefined && 'fixedMs' in fault.latency
    ? fault.latency.fixedMs
    : 0;

const storms = stormsOn([bank, rights, news, app]);
const struck = storms.map(staleOf).filter(({ length }) => length > 0);

const isLate = ({ id }: { readonly id: string }): boolean => /^stale-\d$/.test(id);

test('in one of five storms, requests of one to three operations come late, each for a time of its own', () => {
  expect(struck.length / storms.length).toBeCloseTo(0.2, 1);
  const late = struck.map((faults) => faults.filter(isLate));
  expect(new Set(late.map(({ length }) => length))).toEqual(new Set([1, 2, 3]));
  for (const some of late) {
    const names = some.map(({ service, operation }) => `${service}.${operation}`);
    expect(new Set(names).size).toBe(some.length);
    for (const slow of some) {
      expect(underWayMs(slow)).toBeGreaterThanOrEqual(10_000);
      expect(['pay', 'find', 'decide']).toContain(slow.operation);
    }
  }
  const times = late.filter((some) => new Set(some.map(underWayMs)).size > 1);
  expect(times.length).toBeGreaterThan(0);
});

test('in one of four of these most of the calls go on meanwhile', () => {
  const partly = struck.filter(([slow]) => slow?.share === 0.3);
  expect(partly.length / struck.length).toBeCloseTo(0.25, 1);
});

test('often the process crashes meanwhile, and is up again before they are performed', () => {
  const crashing = struck.filter((faults) => faults.some(({ kind }) => kind === 'crash'));
  expect(crashing.length / struck.length).toBeCloseTo(0.7, 1);
  for (const faults of crashing) {
    const [slow] = faults;
    const crash = faults.at(-1);
    expect(crash?.fromMs).toBeGreaterThan(slow?.fromMs ?? Infinity);
    expect(crash?.fromMs).toBeLessThan((slow?.toMs ?? 0) + underWayMs(slow));
  }
});

test('the news of them often come late as well, as they are performed', () => {
  const told = struck.filter((faults) => faults.some(({ service }) => service === 'news'));
  expect(told.length / struck.length).toBeCloseTo(0.6, 1);
});

test('all of them are performed before the second half of the storm', () => {
  for (const storm of storms) {
    for (const fault of staleOf(storm)) {
      const performedMs = fault.toMs + (isLate(fault) ? underWayMs(fault) : 0);
      expect(performedMs).toBeLessThanOrEqual(storm.load.durationMs / 2);
    }
  }
});

test('what is struck more often in a moment is so here as well', () => {
  const aimed = stormsOn([bank, rights, app], faultKinds, { often: ['rights'] }).flatMap(staleOf);
  const slow = aimed.filter(({ id }) => id === 'stale-1');
  const ofRights = slow.filter(({ service }) => service === 'rights');
  expect(ofRights.length / slow.length).toBeGreaterThan(0.5);
});

test('where nothing may be slow, or nothing is called, there is none', () => {
  expect(stormsOn([bank, app], ['hang', 'crash']).flatMap(staleOf)).toEqual([]);
  expect(stormsOn([news, app]).flatMap(staleOf)).toEqual([]);
});
