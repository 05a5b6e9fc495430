import {
  type Figures,
  type Judged,
  lastedUntilMs,
  lastFaultEndMs,
  timeWhileMs,
} from '@firedrill/core/scenario';
import { wrongScores, wrongStates, wrongViews } from './rules.ts';
import type { Game } from './types.ts';

type Phase = Judged<Game>;

const ratio = (part: number, whole: number): number | undefined =>
  whole === 0 ? undefined : part / whole;

/** Without the maintenance that follows, in which the last ticks are the last on purpose. */
const beforeTheEnd = ({ seconds, durationMs }: Phase): Pick<Phase, 'seconds'> => ({
  seconds: seconds.filter(({ atMs }) => atMs <= durationMs),
});

/** Whole seconds in which players were in the game and not one tick ended, in ms. */
export const stoodStillMs = (phase: Phase): number =>
  timeWhileMs(beforeTheEnd(phase), ({ ticks, players }) => ticks === 0 && players > 0);

/** Mean over the phase, of everything that was sent. */
function bytesPerPlayer({ measured, seconds }: Phase): number | undefined {
  const playerSeconds = seconds.reduce((sum, { values }) => sum + values.players, 0);
  return ratio(measured.bytesSent.total, playerSeconds);
}

/** Time from the end of the last fault to the last second, before the end, in which a tick was missed. */
const recoveryMs = (phase: Phase): number =>
  lastedUntilMs(
    beforeTheEnd(phase),
    lastFaultEndMs(phase.faults),
    ({ ticks, missedTicks }) => ticks === 0 || missedTicks > 0,
  );

/** What the table of a run shows. */
export const figures: Figures<Game> = {
  playersPeak: {
    label: 'most players at once',
    unit: 'count',
    better: 'neither',
    of: ({ measured }) => measured.players.peak,
  },
  actions: {
    label: 'actions answered',
    unit: 'count',
    better: 'neither',
    of: ({ measured }) => measured.actions.total,
  },
  tickP50: {
    label: 'tick, p50',
    unit: 'ms',
    better: 'lower',
    of: ({ measured }) => measured.tick.p50,
  },
  tickP99: {
    label: 'tick, p99',
    unit: 'ms',
    better: 'lower',
    rule: 'tick-p99',
    of: ({ measured }) => measured.tick.p99,
  },
  longestTick: {
    label: 'longest wait for a tick',
    unit: 'ms',
    better: 'lower',
    of: ({ measured }) => measured.tick.max,
  },
  missedTicks: {
    label: 'ticks missed',
    unit: 'count',
    better: 'lower',
    of: ({ measured }) => measured.missedTicks.total,
  },
  stoodStill: { label: 'time without a tick', unit: 'ms', better: 'lower', of: stoodStillMs },
  inputLagP99: {
    label: 'action to answer, p99',
    unit: 'ms',
    better: 'lower',
    rule: 'actions-count',
    of: ({ measured }) => measured.inputLag.p99,
  },
  connectionsLost: {
    label: 'connections lost',
    unit: 'count',
    better: 'lower',
    of: ({ measured }) => measured.connectionsLost.total,
  },
  bytesPerPlayer: {
    label: 'sent to one player in a second',
    unit: 'bytes',
    better: 'lower',
    of: bytesPerPlayer,
  },
  wrongStates: {
    label: 'honest players with a wrong state',
    unit: 'count',
    better: 'lower',
    rule: 'honest-state',
    of: (phase) => wrongStates(phase).length,
  },
  wrongViews: {
    label: 'neighbours seen in a wrong place',
    unit: 'count',
    better: 'lower',
    rule: 'near-is-seen',
    of: (phase) => wrongViews(phase).wrong,
  },
  rewardsDue: {
    label: 'rewards due',
    unit: 'count',
    better: 'neither',
    of: ({ truth }) => truth.totals.rewardsDue,
  },
  rewardsLost: {
    label: 'rewards lost',
    unit: 'count',
    better: 'lower',
    rule: 'no-lost-reward',
    of: ({ truth }) => truth.lostRewards().length,
  },
  doubleRewards: {
    label: 'rewards granted twice',
    unit: 'count',
    better: 'lower',
    rule: 'no-double-reward',
    of: ({ truth }) => truth.totals.doubleRewards,
  },
  wrongScores: {
    label: 'wrong lines of the leaderboard',
    unit: 'count',
    better: 'lower',
    rule: 'leaderboard-exact',
    of: (phase) => wrongScores(phase).length,
  },
  cheatersOnTop: {
    label: 'cheaters among the top 100',
    unit: 'count',
    better: 'lower',
    of: ({ truth }) => truth.store.top(100).filter((id) => truth.isCheater(id)).length,
  },
  forbiddenApplied: {
    label: 'impossible actions that became state',
    unit: 'count',
    better: 'lower',
    rule: 'no-impossible-action',
    of: ({ truth }) => truth.totals.forbiddenApplied,
  },
  cheatersPlanted: {
    label: 'cheaters planted',
    unit: 'count',
    better: 'neither',
    of: ({ truth }) => truth.totals.cheaters,
  },
  caughtRatio: {
    label: 'cheaters caught',
    unit: 'ratio',
    better: 'higher',
    rule: 'cheaters-caught',
    of: ({ truth: { totals } }) =>
      totals.cheaters === 0 ? undefined : totals.cheatersCaught / totals.cheaters,
  },
  falsePositives: {
    label: 'honest players accused',
    unit: 'count',
    better: 'lower',
    rule: 'honest-left-alone',
    of: ({ truth }) => truth.totals.falsePositives,
  },
  timeToCatchP50: {
    label: 'time to catch a cheater, p50',
    unit: 'ms',
    better: 'lower',
    of: ({ measured }) => measured.timeToCatch.p50,
  },
  pushedRatio: {
    label: 'congratulations delivered',
    unit: 'ratio',
    better: 'higher',
    of: ({ truth }) => ratio(truth.celebrations.pushes.done, truth.celebrations.pushes.due),
  },
  effectsRatio: {
    label: 'effects played',
    unit: 'ratio',
    better: 'higher',
    of: ({ truth }) => ratio(truth.celebrations.effects.done, truth.celebrations.effects.due),
  },
  saidShed: {
    label: 'optional work shed, and said so',
    unit: 'count',
    better: 'neither',
    of: ({ measured }) => measured.effectsSaidShed.total + measured.notificationsSaidShed.total,
  },
  lostSilently: {
    label: 'work lost without a word',
    unit: 'count',
    better: 'lower',
    rule: 'only-optional-shed',
    of: ({ truth }) => truth.lostSilently().length,
  },
  unhandledRejections: {
    label: 'unhandled rejections',
    unit: 'count',
    better: 'lower',
    rule: 'no-unhandled-rejection',
    of: ({ unhandledRejections }) => unhandledRejections,
  },
  handlersLeft: {
    label: 'handlers left behind',
    unit: 'count',
    better: 'lower',
    rule: 'nothing-left-behind',
    of: ({ handlersLeft }) => handlersLeft,
  },
  recovery: {
    label: 'time to recover after the last fault',
    unit: 'ms',
    better: 'lower',
    of: recoveryMs,
  },
};
