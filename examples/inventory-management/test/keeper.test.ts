import { simulateSystem, type TestPhase } from '@firedrill/core/scenario/testing';
import type { Fault } from '@firedrill/core/services';
import { expect, test } from 'vitest';
import {
  firstPrimaryOf,
  type ReplicaName,
  replicaNames,
  type Standing,
} from '../src/domain/replicas.ts';
import { shardNames } from '../src/domain/shards.ts';
import { example } from '../src/example.ts';
import { choosePrimary } from '../src/implementations/hardened/keeper.ts';
import type { Inventory } from '../src/types.ts';

type Phase = TestPhase<Inventory>;

/** How somebody stands who has promised the epoch 9. */
const standing = (index: number, logEpoch: number, position: number): Standing => ({
  replica: replicaNames[index] ?? 'replica-a',
  shard: 'shard-1',
  epoch: 9,
  primary: undefined,
  logEpoch,
  position,
});

/** Logs of three epochs and three lengths. */
const logs = [1, 2, 3].flatMap((epoch) => [0, 1, 2].map((position) => [epoch, position] as const));

test('whoever becomes the primary has a log of the newest epoch, and the longest of those', () => {
  for (const one of logs) {
    for (const two of logs) {
      for (const three of logs) {
        const raised = [one, two, three].map((log, index) => standing(index, ...log));
        const newest = Math.max(...raised.map(({ logEpoch }) => logEpoch));
        const longest = Math.max(
          ...raised.filter(({ logEpoch }) => logEpoch === newest).map(({ position }) => position),
        );
        expect(choosePrimary(raised)).toMatchObject({ logEpoch: newest, position: longest });
      }
    }
  }
});

test('nobody becomes it while most of the replicas have not promised', () => {
  expect(choosePrimary([])).toBeUndefined();
  expect(choosePrimary([standing(1, 3, 2)])).toBeUndefined();
  expect(choosePrimary([standing(1, 1, 2), standing(2, 1, 1)])?.replica).toBe('replica-b');
});

/** How a shard stands: its newest epoch, and who is its primary in that, as they say themselves. */
function shardsOf({ truth }: Phase): Readonly<Record<string, { epoch: number; primary: string }>> {
  const standings = replicaNames.flatMap((name) => truth.replicas?.standings(name) ?? []);
  return Object.fromEntries(
    shardNames.map((shard) => {
      const ofShard = standings.filter((each) => each.shard === shard);
      const epoch = Math.max(...ofShard.map((each) => each.epoch));
      const primaries = ofShard.filter(
        (each) => each.epoch === epoch && each.primary === each.replica,
      );
      return [shard, { epoch, primary: primaries.map(({ replica }) => replica).join(' and ') }];
    }),
  );
}

const atFirst = Object.fromEntries(
  shardNames.map((shard) => [shard, { epoch: 1, primary: firstPrimaryOf(shard) }]),
);

const shardsFirstAt = (isOf: (first: ReplicaName) => boolean) =>
  shardNames.filter((shard) => isOf(firstPrimaryOf(shard)));

/** A keeper and three machines, of which nobody wants anything. */
const withKeeper = (faults: readonly Fault[], body: (phase: Phase) => Promise<void>) =>
  simulateSystem(
    example,
    { implementation: 'hardened', settings: { replicas: true, products: 8 }, faults },
    body,
  );

const secondMs = 1_000;
const away = (service: string, fromMs: number, toMs: number): Fault => ({
  kind: 'hang',
  service,
  fromMs,
  toMs,
});

test('while all is well, every primary stays, and the keeper that was away changes nothing', () =>
  withKeeper(
    [{ kind: 'crash', service: 'keeper', fromMs: 60 * secondMs, toMs: 70 * secondMs }],
    async (phase) => {
      await phase.sleep(120 * secondMs);
      expect(shardsOf(phase)).toEqual(atFirst);
    },
  ));

test.each(replicaNames)('%s may miss two beats', (name) =>
  withKeeper(
    [away(name, 9.9 * secondMs, 11.4 * secondMs), away(name, 14.9 * secondMs, 16.4 * secondMs)],
    async (phase) => {
      await phase.sleep(60 * secondMs);
      expect(shardsOf(phase)).toEqual(atFirst);
    },
  ),
);

test.each(replicaNames)(
  'when %s is gone, its shards have another primary after one election, and keep it when it is back',
  (name) =>
    withKeeper([away(name, 10 * secondMs, 60 * secondMs)], async (phase) => {
      await phase.sleep(15 * secondMs);
      const replaced = shardsOf(phase);
      for (const shard of shardsFirstAt((first) => first !== name)) {
        expect(replaced[shard], shard).toEqual(atFirst[shard]);
      }
      for (const shard of shardsFirstAt((first) => first === name)) {
        expect(replaced[shard]?.epoch, shard).toBe(2);
        expect(replaced[shard]?.primary, shard).toMatch(/^replica-[abc]$/);
        expect(replaced[shard]?.primary, shard).not.toBe(name);
      }
      await phase.sleep(120 * secondMs);
      expect(shardsOf(phase)).toEqual(replaced);
    }),
);

test('when all answer slowly an election may last longer than a beat, and is not begun again', () =>
  withKeeper(
    [
      ...replicaNames.map((service): Fault => ({
        kind: 'slow',
        service,
        fromMs: 0,
        toMs: 60 * secondMs,
        latency: { fixedMs: 450 },
      })),
      away('replica-a', 10 * secondMs, 60 * secondMs),
    ],
    async (phase) => {
      await phase.sleep(60 * secondMs);
      for (const { epoch } of Object.values(shardsOf(phase))) expect(epoch).toBeLessThanOrEqual(2);
    },
  ));

test('of two machines that are gone nobody takes the place, and one does as soon as they are back', () =>
  withKeeper(
    [
      away('replica-a', 10 * secondMs, 60 * secondMs),
      away('replica-b', 10 * secondMs, 60 * secondMs),
    ],
    async (phase) => {
      await phase.sleep(59 * secondMs);
      const alone = shardsOf(phase);
      for (const shard of shardsFirstAt((first) => first !== 'replica-c')) {
        expect(alone[shard]?.primary, shard).toBe('');
      }
      await phase.sleep(5 * secondMs);
      for (const [shard, { primary }] of Object.entries(shardsOf(phase))) {
        expect(primary, shard).toMatch(/^replica-[abc]$/);
      }
    },
  ));
