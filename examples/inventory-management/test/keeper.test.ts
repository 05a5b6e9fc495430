import { expect, test } from 'vitest';
import { replicaNames, type Standing } from '../src/domain/replicas.ts';
import { choosePrimary } from '../src/implementations/hardened/keeper.ts';

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
