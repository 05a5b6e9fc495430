import { noUnhandledRejection, nothingLeftBehind, type Rule } from '@firedrill/core/scenario';
import { caughtRatio, lostSilently, wrongScores, wrongStates, wrongViews } from './measurements.ts';
import { type GameSystem, lanes, sheddableLanes } from './system.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

type GameRule = Rule<Settings, World, GameSystem>;

/** Longest 99th percentile of a tick, from the moment at which it is due to the end of its work. */
export const tickBudgetMs = 10;

/** Most honest players who may be accused, and fewest cheaters who must be caught, as shares. */
const mostAccused = 0.005;
const fewestCaught = 0.7;

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** What must be true of the game, whoever builds it. */
export const rules: readonly GameRule[] = [
  {
    name: 'tick-p99',
    title: 'a tick is done within 10 ms at the 99th percentile',
    kind: 'objective',
    expected: `under ${tickBudgetMs} ms from due to done`,
    evaluate({ meter }) {
      const p99 = meter.percentile('tick', 99);
      return {
        holds: p99 < tickBudgetMs,
        observed: `${p99.toFixed(1)} ms, longest ${meter.max('tick').toFixed(0)} ms, ${meter.total('missedTicks')} ticks missed`,
      };
    },
  },
  {
    name: 'honest-state',
    title: 'the state of every honest player is what he has earned',
    kind: 'invariant',
    expected: '0 wrong rows, and no honest action refused',
    evaluate(phase) {
      const { honest, honestRefused } = phase.world.truth.totals;
      const wrong = wrongStates(phase);
      return {
        holds: wrong.length === 0 && honestRefused === 0,
        observed: `${wrong.length} of ${honest} rows wrong${among(wrong)}, ${honestRefused} honest actions refused`,
      };
    },
  },
  {
    name: 'no-double-reward',
    title: 'no reward is granted twice',
    kind: 'invariant',
    expected: '0 rewards granted twice',
    evaluate({ world }) {
      const { doubleRewards } = world.truth.totals;
      return { holds: doubleRewards === 0, observed: `${doubleRewards} granted twice` };
    },
  },
  {
    name: 'no-lost-reward',
    title: 'no reward is lost',
    kind: 'invariant',
    expected: '0 rewards of honest players missing',
    evaluate({ world }) {
      const { rewardsDue, rewardsGranted } = world.truth.totals;
      const lost = world.truth.lostRewards();
      return {
        holds: lost.length === 0,
        observed: `${rewardsDue} due: ${rewardsGranted} granted, ${lost.length} lost${among(lost)}`,
      };
    },
  },
  {
    name: 'leaderboard-exact',
    title: 'the leaderboard is exact after the storm',
    kind: 'invariant',
    expected: '0 wrong lines of honest players',
    evaluate(phase) {
      const wrong = wrongScores(phase);
      return { holds: wrong.length === 0, observed: `${wrong.length} wrong lines${among(wrong)}` };
    },
  },
  {
    name: 'only-sheddable-shed',
    title: 'only what may be shed was shed, and all of it was said',
    kind: 'invariant',
    expected: 'nothing vital shed, 0 notifications and effects lost without a word',
    evaluate(phase) {
      const counts = phase.system.shed?.counts();
      const vital = lanes
        .filter((lane) => !sheddableLanes.has(lane))
        .reduce((sum, lane) => sum + (counts?.[lane] ?? 0), 0);
      const refused = phase.meter.total('refusedEvents');
      const silently = lostSilently(phase);
      return {
        holds: vital + refused === 0 && silently.length === 0,
        observed: `${phase.meter.total('shed')} shed, ${vital} of them vital; ${refused} refused, vital or not; ${silently.length} lost without a word`,
      };
    },
  },
  {
    name: 'no-impossible-action',
    title: 'no action that the rules make impossible becomes part of the state',
    kind: 'invariant',
    expected: '0 impossible actions applied',
    evaluate({ world }) {
      const { forbiddenApplied } = world.truth.totals;
      return { holds: forbiddenApplied === 0, observed: `${forbiddenApplied} applied` };
    },
  },
  {
    name: 'anti-cheat',
    title: 'cheaters are caught, and honest players are left alone',
    kind: 'objective',
    expected: `at least ${percent(fewestCaught)} of the cheaters, at most ${percent(mostAccused)} of the honest`,
    evaluate(phase) {
      const { cheaters, cheatersCaught, falsePositives, honest } = phase.world.truth.totals;
      const caught = caughtRatio(phase);
      const accused = honest === 0 ? 0 : falsePositives / honest;
      return {
        holds: caught >= fewestCaught && accused <= mostAccused,
        observed: `${cheatersCaught} of ${cheaters} caught (${percent(caught)}), ${falsePositives} of ${honest} accused wrongly (${percent(accused)})`,
      };
    },
  },
  {
    name: 'near-is-seen',
    title: 'everybody who is near is seen where he is',
    kind: 'invariant',
    expected: '0 neighbours of the observers missing or in a wrong place',
    evaluate(phase) {
      const { compared, wrong } = wrongViews(phase);
      return { holds: wrong === 0, observed: `${wrong} of ${compared} wrong` };
    },
  },
  noUnhandledRejection(),
  nothingLeftBehind('player'),
];

/** Names one of several, for whoever wants to look. */
const among = ([first]: readonly string[]): string => (first === undefined ? '' : ` (${first})`);
