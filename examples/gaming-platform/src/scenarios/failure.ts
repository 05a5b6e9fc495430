import type { Rule, StormScenario } from '@firedrill/core/scenario';
import { stoodStillMs } from '../measurements.ts';
import type { GameSystem } from '../system.ts';
import type { Settings } from '../settings.ts';
import type { World } from '../world.ts';
import { storm } from './storm.ts';

type Sign = Rule<Settings, World, GameSystem>;

/** The signs by which the incident of direct calls is known. */
export const incident: readonly Sign[] = [
  {
    name: 'stall',
    title: 'the game stands still',
    kind: 'incident',
    expected: 'at least 30 s without a tick, in sum',
    evaluate(phase) {
      const still = stoodStillMs(phase);
      return { holds: still >= 30_000, observed: `${still / 1_000} s` };
    },
  },
  {
    name: 'seconds-for-an-action',
    title: 'an action takes seconds to be answered',
    kind: 'incident',
    expected: 'over 5 s at the 99th percentile',
    evaluate({ meter }) {
      const p99 = meter.percentile('inputLag', 99) / 1_000;
      return { holds: p99 > 5, observed: `${p99.toFixed(1)} s` };
    },
  },
  {
    name: 'connections-lost',
    title: 'players lose their connection',
    kind: 'incident',
    expected: 'over half of them at once',
    evaluate({ meter }) {
      const lost = meter.peak('playersLost');
      const players = meter.peak('players');
      return { holds: lost > players / 2, observed: `${lost} of ${players} at once` };
    },
  },
];

export const failure: StormScenario<Settings, World, GameSystem> = {
  kind: 'storm',
  title: 'the incident',
  intro: [
    'A game has a million players a day. Twenty times a second each of its shards applies what players did, and after every action awaits what follows: score, achievement, reward, push. One shard is simulated. It is Saturday, and the weekend event begins.',
  ],
  storm,
  cast: [{ implementation: 'direct-calls', role: 'broken' }],
  incident,
  next: '--scenario=recovery',
};
