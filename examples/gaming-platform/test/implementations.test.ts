import { simulateSystem, type TestPhase } from '@firedrill/core/scenario/testing';
import { describe, expect, test } from 'vitest';
import { example } from '../src/example.ts';
import type { Game } from '../src/types.ts';
import type { Player } from '../src/world/players.ts';

type Phase = TestPhase<Game>;

const names = example.implementations.map(({ name }) => name);
const flawed = names.filter((name) => name !== 'hardened');
const hour = 3_600_000;
const honestOnly = { cheaterShare: 0 };

/** Lets so many players in, one after the other. */
async function enter({ truth, system }: Phase, count: number): Promise<readonly Player[]> {
  const players: Player[] = [];
  for (let number = 1; players.length < count; number += 1) {
    const player = truth.createPlayer(number);
    await system.join(player.profile);
    truth.enter(player);
    players.push(player);
  }
  return players;
}

/** Players whose row is not what they have earned. */
const wrongRows = ({ truth }: Phase): number =>
  [...truth.honest()].filter(([playerId, { state }]) => {
    const row = truth.store.row(playerId);
    return state.sequence > 0 && (row?.x !== state.x || row.score !== state.score);
  }).length;

describe.each(names)('%s', (implementation) => {
  test('keeps what honest players earn, on a quiet evening', () =>
    simulateSystem(example, { implementation, settings: honestOnly }, async (phase) => {
      await enter(phase, 30);
      await phase.sleep(150_000);
      await phase.system.close();
      const { truth } = phase;
      expect(truth.totals.rewardsDue).toBeGreaterThan(5);
      expect(wrongRows(phase)).toBe(0);
      expect(truth.lostRewards()).toEqual([]);
      for (const [playerId, { state }] of truth.honest()) {
        expect(truth.store.score(playerId), playerId).toBe(state.score);
      }
    }));

  test('answers every action, and none before it was made', () =>
    simulateSystem(example, { implementation, settings: honestOnly }, async (phase) => {
      await enter(phase, 10);
      await phase.sleep(20_000);
      await phase.system.close();
      const made = [...phase.truth.honest().values()].reduce(
        (sum, { state }) => sum + state.sequence,
        0,
      );
      expect(phase.measured.actions.total).toBe(made);
      expect(phase.measured.inputLag.percentile(0)).toBeGreaterThan(0);
    }));

  test('lets a player in who tries again, and counts him once', () =>
    simulateSystem(
      example,
      {
        implementation,
        settings: honestOnly,
        faults: [{ kind: 'drop-response', service: 'storage', fromMs: 0, toMs: 900 }],
      },
      async (phase) => {
        const { profile } = phase.truth.createPlayer(1);
        await Promise.allSettled([phase.system.join(profile), phase.system.join(profile)]);
        await phase.system.join(profile);
        phase.truth.enter(phase.truth.createPlayer(1));
        await phase.sleep(5_000);
        await phase.system.close();
        expect(wrongRows(phase)).toBe(0);
      },
    ));
});

test.each(['floating-promises', 'event-emitter', 'hooks', 'hardened'])(
  'a push provider that hangs does not stop the ticks of %s',
  (implementation) =>
    simulateSystem(
      example,
      {
        implementation,
        settings: honestOnly,
        faults: [{ kind: 'hang', service: 'push', fromMs: 0, toMs: hour }],
      },
      async (phase) => {
        await enter(phase, 30);
        await phase.sleep(60_000);
        expect(phase.measured.missedTicks.total).toBe(0);
        expect(phase.measured.tick.max).toBeLessThan(50);
      },
    ),
);

test('a push provider that hangs stops the ticks of direct calls', () =>
  simulateSystem(
    example,
    {
      implementation: 'direct-calls',
      settings: honestOnly,
      faults: [{ kind: 'hang', service: 'push', fromMs: 0, toMs: hour }],
    },
    async (phase) => {
      await enter(phase, 30);
      await phase.sleep(60_000);
      expect(phase.measured.tick.max).toBeGreaterThanOrEqual(5_000);
    },
  ));

test.each(flawed)('%s applies what is impossible', (implementation) =>
  simulateSystem(example, { implementation, settings: { cheaterShare: 1 } }, async (phase) => {
    await enter(phase, 60);
    await phase.sleep(30_000);
    expect(phase.truth.totals.forbiddenApplied).toBeGreaterThan(0);
  }),
);

describe('hardened', () => {
  const implementation = 'hardened';

  test('applies nothing that is impossible, and catches whoever tries', () =>
    simulateSystem(example, { implementation, settings: { cheaterShare: 1 } }, async (phase) => {
      const players = await enter(phase, 60);
      await phase.sleep(60_000);
      await phase.system.close();
      const { totals } = phase.truth;
      const obvious = players.filter(({ cheat }) =>
        ['speed', 'teleport', 'reach', 'rapid-fire'].includes(cheat?.kind ?? ''),
      );
      expect(totals.forbiddenApplied).toBe(0);
      expect(totals.cheatersCaught).toBeGreaterThanOrEqual(obvious.length);
    }));

  test('a banned cheater vanishes from the leaderboard and stays away', () =>
    simulateSystem(example, { implementation, settings: { cheaterShare: 1 } }, async (phase) => {
      const players = await enter(phase, 60);
      await phase.sleep(120_000);
      await phase.system.close();
      for (const { cheat, profile, sequence } of players) {
        // Who leaves before his budget of blows is used up has done nothing that can be told.
        if (cheat?.kind !== 'rapid-fire' || sequence < 40) continue;
        expect(phase.truth.store.score(profile.playerId), profile.playerId).toBe(0);
      }
    }));

  test('refuses no action of an honest player, also of those who come out of a tunnel', async () => {
    for (let seed = 1; seed <= 5; seed += 1) {
      await simulateSystem(
        example,
        { implementation, seed, settings: { ...honestOnly, actionsPerSecond: 1.5 } },
        async (phase) => {
          await enter(phase, 100);
          await phase.sleep(60_000);
          expect(phase.truth.totals.honestRefused, `seed ${seed}`).toBe(0);
        },
      );
    }
  });

  test.each(['error', 'drop-response', 'reset', 'duplicate'] as const)(
    'grants each reward once while half of the calls suffer from %s',
    (kind) =>
      simulateSystem(
        example,
        {
          implementation,
          settings: honestOnly,
          faults: [{ kind, service: 'rewards', fromMs: 0, toMs: 120_000, share: 0.5 }],
        },
        async (phase) => {
          await enter(phase, 50);
          await phase.sleep(120_000);
          await phase.system.close();
          const { totals } = phase.truth;
          expect(totals.rewardsDue).toBeGreaterThan(30);
          expect(totals.rewardsGranted).toBe(totals.rewardsDue);
          expect(totals.doubleRewards).toBe(0);
        },
      ),
  );

  test('writes every row in the end, also when storage fails for a while', () =>
    simulateSystem(
      example,
      {
        implementation,
        settings: honestOnly,
        faults: [
          { kind: 'error', service: 'storage', fromMs: 5_000, toMs: 40_000 },
          { kind: 'error', service: 'leaderboard', fromMs: 5_000, toMs: 40_000 },
        ],
      },
      async (phase) => {
        await enter(phase, 50);
        await phase.sleep(30_000);
        expect(wrongRows(phase)).toBeGreaterThan(0);
        await phase.system.close();
        expect(wrongRows(phase)).toBe(0);
      },
    ));

  test('sheds effects before notifications, and says of each piece that it was shed', () =>
    simulateSystem(
      example,
      {
        implementation,
        settings: { ...honestOnly, workers: 12, queueSize: 4 },
        faults: [{ kind: 'slow', service: 'push', fromMs: 0, toMs: hour, factor: 300 }],
      },
      async (phase) => {
        await enter(phase, 150);
        await phase.sleep(60_000);
        await phase.system.close();
        const { measured, truth } = phase;
        expect(measured.effectsSaidShed.total).toBeGreaterThan(0);
        expect(truth.totals.vitalShed).toBe(0);
        expect(truth.lostSilently()).toEqual([]);
        expect(phase.truth.lostRewards()).toEqual([]);
      },
    ));

  test('players see those who are near, where they are, and forget those who go', async () => {
    for (let seed = 1; seed <= 3; seed += 1) {
      await simulateSystem(
        example,
        { implementation, seed, settings: { ...honestOnly, sessionMinutes: 1, interestM: 60 } },
        async (phase) => {
          const { truth } = phase;
          for (let number = 1; number <= 200; number += 1) {
            truth.views.observe(`player-${number}`);
          }
          await enter(phase, 200);
          await phase.sleep(30_000);
          await phase.system.close();
          let near = 0;
          for (const [observerId, view] of truth.views.all()) {
            const observer = truth.honest().get(observerId);
            if (observer?.isOnline !== true) continue;
            for (const [playerId, { state, isOnline }] of truth.honest()) {
              const distance = Math.hypot(state.x - observer.state.x, state.y - observer.state.y);
              const isNear = isOnline && distance <= 60;
              const seen = view.players.get(playerId);
              if (playerId === observerId) continue;
              if (isNear) near += 1;
              expect(seen && { x: seen.x, y: seen.y }, `${observerId} of ${playerId}`).toEqual(
                isNear ? { x: state.x, y: state.y } : undefined,
              );
            }
          }
          expect(near).toBeGreaterThan(20);
        },
      );
    }
  });
});
