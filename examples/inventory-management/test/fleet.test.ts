import { sleep } from '@firedrill/core/resilience';
import { expect, test } from 'vitest';
import type { StockLevel } from '../src/domain.ts';
import { createFleet } from '../src/implementations/hardened/fleet.ts';
import type { Node } from '../src/implementations/hardened/node.ts';
import { inPlace } from './in-place.ts';

const minute = 60_000;
const tasksPerChange = 12;
const expectedTaskMs = 65;
const nodeWorkers = 2;
/** Of the time of all workers this should be used, and up to the third of these nothing is ordered. */
const target = 0.6;
const growAbove = 1.2;
const shrinkBelow = 0.7;

/** Products are told in turn. */
const level = (number: number): StockLevel => ({
  productId: `p-${number % 40}`,
  available: 1,
  version: number,
});

interface NodeKind {
  /** How long it holds a worker for each task, and so when a change is done. */
  readonly taskMs: number;
  /** What it takes to end. */
  readonly closeMs?: number;
}

/** A fleet of nodes that do nothing but take their time. */
const withFleet = <T>(
  settings: { readonly minNodes?: number; readonly maxNodes?: number; readonly bootMs?: number },
  { taskMs, closeMs = 0 }: NodeKind,
  body: (fleet: {
    readonly offer: (changes: number) => boolean[];
    /** Offers changes at a rate that may change, for so long; looks once a second. */
    readonly load: (
      perSecond: (elapsedMs: number) => number,
      forMs: number,
      look?: () => void,
    ) => Promise<void>;
    readonly nodes: () => number;
    /** Machines that are paid for. */
    readonly rented: () => number;
    /** Nodes on which changes are told. */
    readonly working: ReadonlySet<Node>;
    readonly pending: () => number;
    readonly close: () => Promise<void>;
  }) => Promise<T>,
): Promise<T> => {
  const working = new Set<Node>();
  return inPlace(
    { settings: { nodeWorkers, ...settings } },
    (context) =>
      createFleet(context, tasksPerChange, expectedTaskMs, (name) => {
        let pending = 0;
        let tasks = 0;
        const node: Node = {
          name,
          offer() {
            pending += tasksPerChange;
            setTimeout(() => {
              pending -= tasksPerChange;
              tasks += tasksPerChange;
            }, taskMs);
            return true;
          },
          get pending() {
            return pending;
          },
          get done() {
            return { tasks, busyMs: tasks * taskMs };
          },
          async close() {
            working.delete(node);
            if (closeMs > 0) await sleep(closeMs);
          },
        };
        working.add(node);
        return node;
      }),
    async ({ part: fleet, truth }) => {
      let number = 0;
      const offer = (changes: number): boolean[] =>
        Array.from({ length: changes }, () => fleet.offer(level((number += 1))));
      return body({
        offer,
        async load(perSecond, forMs, look = () => {}) {
          let due = 0;
          for (let atMs = 0; atMs < forMs; atMs += 1_000) {
            due += perSecond(atMs);
            offer(Math.floor(due));
            due %= 1;
            await sleep(1_000);
            look();
          }
        },
        nodes: () => fleet.nodes,
        rented: () => truth.machines.rented,
        working,
        pending: () => fleet.pending,
        close: () => fleet.close(),
      });
    },
  );
};

/** Nodes that keep the workers busy for the share that is wanted. */
const needFor = (changesPerSecond: number, taskMs: number): number =>
  (changesPerSecond * tasksPerChange * taskMs) / 1_000 / nodeWorkers / target;

test.each([
  [2, 30],
  [2, 65],
  [3, 200],
  [1, 450],
])('at %i changes a second, each task of %i ms, it has the nodes for that', (perSecond, taskMs) =>
  withFleet({ maxNodes: 100 }, { taskMs }, async ({ load, nodes }) => {
    await load(() => perSecond, 6 * minute);
    const need = needFor(perSecond, taskMs);
    expect(nodes()).toBeGreaterThanOrEqual(need / growAbove);
    expect(nodes()).toBeLessThanOrEqual(Math.ceil(need / shrinkBelow));
  }),
);

test('what a load needs that has risen for a minute has booted when it is there', () =>
  withFleet({ maxNodes: 100, bootMs: 20_000 }, { taskMs: 100 }, async ({ load, working }) => {
    let perSecond = 2;
    let busiest = 0;
    const rise = (fromMs: number) => (atMs: number) => (perSecond = 2 + (fromMs + atMs) / 10_000);
    const look = (): void => {
      const busy = (perSecond * tasksPerChange * 100) / 1_000;
      busiest = Math.max(busiest, busy / working.size / nodeWorkers);
    };
    await load(rise(0), minute);
    await load(rise(minute), 3 * minute, look);
    expect(busiest).toBeLessThan(0.85);
    expect(busiest, 'and not many times that').toBeGreaterThan(0.5);
  }));

test('a load that falls by a third orders nothing and gives nothing back', () =>
  withFleet({ maxNodes: 100 }, { taskMs: 100 }, async ({ load, nodes, working }) => {
    await load(() => 6, 4 * minute);
    const before = new Set(working);
    await load(
      () => 3.8,
      6 * minute,
      () => expect(nodes()).toBe(before.size),
    );
    expect(new Set(working)).toEqual(before);
  }));

test('nodes are kept for two minutes after their load, and then given back', () =>
  withFleet({ maxNodes: 100 }, { taskMs: 100 }, async ({ load, nodes }) => {
    await load(() => 8, 4 * minute);
    const before = nodes();
    await load(() => 1, 110_000);
    expect(nodes()).toBe(before);
    await load(() => 1, 1.5 * minute);
    expect(nodes()).toBeLessThanOrEqual(Math.ceil(needFor(1, 100) / shrinkBelow));
  }));

test('there are never fewer nodes than the fewest, nor more than the most', () =>
  withFleet({ minNodes: 2, maxNodes: 5 }, { taskMs: 100 }, async ({ load, nodes, rented }) => {
    const within = (): void => {
      expect(nodes()).toBeGreaterThanOrEqual(2);
      expect(rented()).toBeLessThanOrEqual(5);
    };
    await load(() => 20, 2 * minute, within);
    expect(nodes()).toBe(5);
    await load(() => 0, 5 * minute, within);
    expect(nodes()).toBe(2);
  }));

test('the machine of a node that ends is paid for until it has finished, and no longer', () =>
  withFleet(
    { maxNodes: 8 },
    { taskMs: 100, closeMs: 20_000 },
    async ({ load, nodes, rented, close }) => {
      await load(() => 8, 3 * minute);
      const before = nodes();
      while (nodes() === before) await load(() => 0, 1_000);
      expect(rented()).toBe(before);
      await load(() => 0, minute);
      expect(rented()).toBe(nodes());
      await close();
      expect(rented()).toBe(0);
    },
  ));

test('a machine that still boots when the fleet closes is given back, and joins nothing', () =>
  withFleet(
    { minNodes: 1, maxNodes: 8, bootMs: 30_000 },
    { taskMs: 100 },
    async ({ load, nodes, rented, working, close }) => {
      while (nodes() === 1) await load(() => 10, 1_000);
      expect(working.size).toBe(1);
      await close();
      expect(rented()).toBe(0);
      await sleep(minute);
      expect(working.size).toBe(0);
    },
  ));

test('no node has much more than the others, whatever changes', () =>
  withFleet(
    { minNodes: 4, maxNodes: 4 },
    { taskMs: 10 * minute },
    async ({ offer, working, pending }) => {
      for (let number = 1; number <= 200; number += 1) {
        expect(offer(1)).toEqual([true]);
        expect(pending()).toBe(number * tasksPerChange);
        const mean = pending() / working.size;
        const most = Math.max(...[...working].map((node) => node.pending));
        expect(most - mean, `after ${number} changes`).toBeLessThanOrEqual(5 * tasksPerChange);
      }
    },
  ));
