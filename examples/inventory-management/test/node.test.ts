import { sleep } from '@firedrill/core/resilience';
import { expect, test } from 'vitest';
import { downstreamNames, type Downstream } from '../src/domain/downstreams.ts';
import { createDownstreamBreakers } from '../src/implementations/hardened/breakers.ts';
import { createNode, queuePerWorker } from '../src/implementations/hardened/node.ts';
import { inPlace } from './in-place.ts';

const level = (version: number) => ({ productId: 'p-001', available: 1, version });

/** What becomes of a task, and how long it takes. */
type Outcome = { readonly ms: number; readonly fails?: boolean };

interface NodeOptions {
  readonly nodeWorkers?: number;
  readonly updateTimeoutMs?: number;
  readonly outcome: (downstream: Downstream, version: number) => Outcome;
}

const count = (counts: Map<string, number>, name: string) =>
  counts.set(name, (counts.get(name) ?? 0) + 1);

/** One node, and what becomes of each update: told, or missed, and how often. */
const withNode = (
  { nodeWorkers = 2, updateTimeoutMs = 1_000, outcome }: NodeOptions,
  body: (at: {
    readonly node: ReturnType<typeof createNode>;
    readonly told: ReadonlyMap<string, number>;
    readonly missed: ReadonlyMap<string, number>;
    readonly busyMs: () => number;
  }) => Promise<void>,
): Promise<void> => {
  const told = new Map<string, number>();
  const missed = new Map<string, number>();
  let busyMs = 0;
  return inPlace(
    { settings: { nodeWorkers, updateTimeoutMs } },
    ({ settings, clock }) =>
      createNode('node', {
        settings,
        elapsedMs: clock.elapsedMs,
        downstreams: downstreamNames,
        breakers: createDownstreamBreakers(),
        async tell(downstream, { version }) {
          const { ms, fails = false } = outcome(downstream, version);
          await sleep(ms);
          busyMs += ms;
          if (fails) throw new Error(`${downstream} is away`);
          count(told, `${downstream}/${version}`);
        },
        onMissed: (downstream, { version }) => count(missed, `${downstream}/${version}`),
      }),
    ({ part: node }) => body({ node, told, missed, busyMs: () => busyMs }),
  );
};

const tasks = downstreamNames.length;
/** Enough for a breaker to open. */
const changes = 7;
const outcomes: readonly Outcome[] = [{ ms: 50 }, { ms: 50, fails: true }, { ms: 1 }];

test('each update is told or missed, once, and is no longer pending then', () =>
  withNode(
    { outcome: (downstream) => outcomes[downstreamNames.indexOf(downstream) % 3] ?? { ms: 0 } },
    async ({ node, told, missed, busyMs }) => {
      for (let version = 1; version <= changes; version += 1) {
        expect(node.offer(level(version))).toBe(true);
        expect(node.pending).toBe(version * tasks);
      }
      await node.close();
      expect(node.pending).toBe(0);
      expect(node.done).toEqual({ tasks: changes * tasks, busyMs: busyMs() });
      for (const [at, downstream] of downstreamNames.entries()) {
        for (let version = 1; version <= changes; version += 1) {
          const name = `${downstream}/${version}`;
          expect([told.get(name), missed.get(name)], name).toEqual(
            at % 3 === 1 ? [undefined, 1] : [1, undefined],
          );
        }
      }
    },
  ));

test('the time that is counted is that for which a worker was held, whether or not it failed', () =>
  withNode(
    { outcome: (downstream) => ({ ms: 100, fails: downstream === 'ads' }) },
    async ({ node, busyMs }) => {
      node.offer(level(1));
      await sleep(250);
      expect(node.done).toEqual({ tasks: 4, busyMs: busyMs() });
      expect(node.pending).toBe(tasks - 4);
      await node.close();
      expect(node.done).toEqual({ tasks, busyMs: 100 * tasks });
    },
  ));

test('a change that finds no room is refused as a whole, and is not pending', () =>
  withNode({ outcome: () => ({ ms: 900 }) }, async ({ node, told, missed }) => {
    const room = 2 * (queuePerWorker + 1);
    let taken = 0;
    while (node.offer(level(taken + 1))) taken += 1;
    expect(taken).toBe(Math.floor(room / tasks));
    expect(node.pending).toBe(taken * tasks);
    await node.close();
    expect(told.size + missed.size).toBe(taken * tasks);
  }));

test('what it does not get to before it ends is missed, and not pending', () =>
  withNode(
    { nodeWorkers: 1, updateTimeoutMs: 100_000, outcome: () => ({ ms: 9_000 }) },
    async ({ node, told, missed }) => {
      node.offer(level(1));
      await node.close();
      await sleep(20_000);
      expect(missed.size).toBeGreaterThan(0);
      for (const downstream of downstreamNames) {
        const name = `${downstream}/1`;
        expect((told.get(name) ?? 0) + (missed.get(name) ?? 0), name).toBeGreaterThanOrEqual(1);
      }
      expect(node.pending).toBe(0);
      expect(node.done.tasks).toBe(told.size);
    },
  ));
