import { parentPort } from 'node:worker_threads';
import { collectRun, isOf } from '@firedrill/core/scenario/testing';
import { example } from '../../src/example.ts';

/** One shard of the event, from its start to its end. */
export interface PlayedShard {
  readonly seed: number;
  /** Rules that it broke, and those that were judged. */
  readonly broken: readonly string[];
  readonly judged: number;
  /** Players at once, at the most. */
  readonly players: number;
  readonly actions: number;
  readonly rewards: number;
  readonly tickP99Ms: number;
}

const { recovery } = example.scenarios;
if (recovery.kind !== 'storm') throw new TypeError('The recovery is a storm.');

/** The repaired shard alone in its storm. */
const repaired = {
  ...example,
  scenarios: {
    ...example.scenarios,
    recovery: { ...recovery, cast: recovery.cast.filter(({ role }) => role === 'repaired') },
  },
};

async function play(seed: number): Promise<PlayedShard> {
  const { records } = await collectRun(repaired, { scenario: 'recovery', seed, proof: 'none' });
  const rules = records.filter(isOf('check')).filter(({ kind }) => kind !== 'sign');
  const [summary = {}] = records.filter(isOf('phase.finished')).map((phase) => phase.summary);
  const of = (name: string): number => summary[name] ?? NaN;
  return {
    seed,
    broken: rules.filter(({ ok }) => !ok).map(({ name }) => name),
    judged: rules.length,
    players: of('playersPeak'),
    actions: of('actions'),
    rewards: of('rewardsDue'),
    tickP99Ms: of('tickP99'),
  };
}

parentPort?.on('message', (seed: number) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  void play(seed).then((played) => parentPort?.postMessage(played));
});
