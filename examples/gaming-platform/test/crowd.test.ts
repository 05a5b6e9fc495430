import { expect, test } from 'vitest';
import { simulateSystem } from '@firedrill/core/scenario/testing';
import { createRandom } from '@firedrill/core/simulation';
import { example } from '../src/example.ts';
import { createCrowd } from '../src/world/crowd.ts';
import { createPlayer } from '../src/world/players.ts';

test('whose farewell is under way is known until it has arrived, though he plays no more', () =>
  simulateSystem(
    example,
    { implementation: 'hardened', settings: { sessionMinutes: 0.01 } },
    async ({ context, sleep }) => {
      let arrived = 0;
      const crowd = createCrowd(context, {
        onInput: () => undefined,
        onArrival({ action }) {
          if (action.type === 'leave') arrived += 1;
        },
      });
      const player = createPlayer(1, createRandom(1, 'players'), context.settings);
      const habits = { ...player.habits, networkMs: 5_000, hasTunnels: false };
      crowd.enter({ ...player, habits });
      while (crowd.online > 0) await sleep(25);
      expect([arrived, crowd.profiles([])]).toEqual([0, [player.profile]]);
      await sleep(6_000);
      expect([arrived, crowd.profiles([])]).toEqual([1, []]);
      await crowd.close();
    },
  ));
