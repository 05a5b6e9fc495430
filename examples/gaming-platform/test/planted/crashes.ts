import { type Bug, second, wired } from './plant.ts';

/** Bugs that only a shard which goes down and comes back shows. */
const crash = [{ kind: 'crash', service: 'app', fromMs: 50 * second, toMs: 53 * second }] as const;

export const crashBugs: readonly Bug[] = [
  wired(
    {
      name: 'taken-is-done',
      flaw: 'inputs are forgotten when they are taken, and not when their state is stored',
      breaks: [
        'actions-count',
        'honest-state',
        'leaderboard-exact',
        'leaderboard-soon',
        'near-is-seen',
        'no-lost-reward',
        'only-optional-shed',
        'tick-p99',
        'far-is-unseen',
        'no-stale-push',
        'rewards-soon',
      ],
      faults: crash,
    },
    ({ gate }) => ({ gate: { ...gate, keep: () => {} } }),
  ),
];
