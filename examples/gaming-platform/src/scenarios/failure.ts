import { ruleWords, type StormScenario } from '@firedrill/core/scenario';
import { stoodStillMs } from '../figures.ts';
import type { Game } from '../types.ts';
import { explain } from './explain.ts';
import { pushIds, storm } from './storm.ts';

const { defineSigns, sign } = ruleWords<Game>();

/** The signs by which the incident of direct calls is known. */
export const signs = defineSigns({
  stall: sign('the game stands still', stoodStillMs, {
    atLeast: 30_000,
    unit: 'ms',
    of: 'without a tick, in sum',
  }),
  'seconds-for-an-action': sign(
    'an action takes seconds to be answered',
    ({ measured }) => measured.inputLag.p99,
    { over: 5_000, unit: 'ms', of: 'at the 99th percentile' },
  ),
  'connections-lost': sign(
    'players lose their connection',
    ({ measured }) =>
      measured.players.peak === 0 ? undefined : measured.playersLost.peak / measured.players.peak,
    { over: 0.5, unit: 'ratio', of: 'of the players at once' },
  ),
});

export const failure: StormScenario<Game> = {
  kind: 'storm',
  title: 'the incident',
  intro: [
    'A game has a million players a day. Twenty times a second each of its shards applies what players did, and after every action awaits what follows: score, achievement, reward, push. One shard is simulated. It is Saturday, and the weekend event begins.',
  ],
  storm,
  cast: [{ implementation: 'direct-calls', role: 'broken' }],
  signs,
  cause: {
    label: 'a push provider that is slow, and then hangs',
    conditions: {
      push: { label: 'the slow and hanging push provider', faults: pushIds },
    },
  },
  explain,
  next: '--scenario=recovery',
};
