import { simulateSystem } from '@firedrill/core/scenario/testing';
import { test } from 'vitest';
import { example } from '../src/example.ts';

/**
 * What five seconds of three hundred players cost the processor, all five implementations on the same
 * players in virtual time: waiting costs nothing here, so the differences are the implementations' own
 * work.
 */
const players = 300;
const playMs = 5_000;

test('five seconds of the game, from the logins to the maintenance', async ({ bench }) => {
  const [first, ...others] = example.implementations.map(({ name }) =>
    bench(name, async () => {
      await play(name);
    }),
  );
  if (first === undefined) throw new Error('There is no implementation to measure.');
  await bench.compare(first, ...others, { iterations: 10, time: 500 });
});

const play = (implementation: string): Promise<void> =>
  simulateSystem(
    example,
    { implementation, settings: { cheaterShare: 0 } },
    async ({ truth, system, sleep }) => {
      const logins = Array.from({ length: players }, async (_, index) => {
        const player = truth.createPlayer(index + 1);
        await system.join(player.profile);
        truth.enter(player);
      });
      await Promise.all(logins);
      await sleep(playMs);
      await system.close();
    },
  );
