import {
  type Example,
  lastFaultEndMs,
  lastedUntilMs,
  type Phase,
  timeWhileMs,
} from '@firedrill/core/scenario';
import type { GameSystem } from './system.ts';
import { distanceM } from './players.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

/** What is drawn, sampled and summarised: names here are names in the record. */

type Measurements = Pick<Example<Settings, World, GameSystem>, 'charts' | 'series' | 'metrics'>;
export type GamePhase = Phase<Settings, World, GameSystem>;

export const charts: Measurements['charts'] = [
  { id: 'players', title: 'Players', unit: 'count', scale: 'linear' },
  { id: 'tick', title: 'Tick, from due to done', unit: 'ms', scale: 'log' },
  { id: 'ticks', title: 'Ticks', unit: 'per-second', scale: 'linear' },
  { id: 'lag', title: 'From an action to its answer', unit: 'ms', scale: 'log' },
  { id: 'waiting', title: 'Waiting', unit: 'count', scale: 'linear' },
  { id: 'traffic', title: 'Sent to players', unit: 'bytes', scale: 'log' },
  { id: 'shed', title: 'Shed in a second', unit: 'per-second', scale: 'linear' },
  { id: 'breakers', title: 'Circuit breakers', unit: 'count', scale: 'linear' },
];

export const series: Measurements['series'] = [
  { name: 'players', label: 'in the game', unit: 'count', chart: 'players' },
  { name: 'playersLost', label: 'connection lost', unit: 'count', chart: 'players' },
  { name: 'tickP50Ms', label: 'p50', unit: 'ms', chart: 'tick' },
  { name: 'tickP99Ms', label: 'p99', unit: 'ms', chart: 'tick' },
  { name: 'ticks', label: 'ticks', unit: 'per-second', chart: 'ticks' },
  { name: 'missedTicks', label: 'missed', unit: 'per-second', chart: 'ticks' },
  { name: 'inputLagP50Ms', label: 'p50', unit: 'ms', chart: 'lag' },
  { name: 'inputLagP99Ms', label: 'p99', unit: 'ms', chart: 'lag' },
  { name: 'inputsWaiting', label: 'inputs', unit: 'count', chart: 'waiting' },
  { name: 'pushesInFlight', label: 'pushes under way', unit: 'count', chart: 'waiting' },
  { name: 'backlog', label: 'backlog', unit: 'count', chart: 'waiting' },
  { name: 'bytesSent', label: 'bytes in a second', unit: 'bytes', chart: 'traffic' },
  { name: 'shed', label: 'shed', unit: 'per-second', chart: 'shed' },
  { name: 'refusedEvents', label: 'refused and forgotten', unit: 'per-second', chart: 'shed' },
  { name: 'breakersOpen', label: 'open', unit: 'count', chart: 'breakers' },
  { name: 'breakersHalfOpen', label: 'half-open', unit: 'count', chart: 'breakers' },
];

export const metrics: Measurements['metrics'] = [
  { name: 'playersPeak', label: 'most players at once', unit: 'count', better: 'neither' },
  { name: 'actions', label: 'actions answered', unit: 'count', better: 'neither' },
  { name: 'tickP50Ms', label: 'tick, p50', unit: 'ms', better: 'lower' },
  { name: 'tickP99Ms', label: 'tick, p99', unit: 'ms', better: 'lower' },
  { name: 'longestTickMs', label: 'longest wait for a tick', unit: 'ms', better: 'lower' },
  { name: 'missedTicks', label: 'ticks missed', unit: 'count', better: 'lower' },
  { name: 'stoodStillMs', label: 'time without a tick', unit: 'ms', better: 'lower' },
  { name: 'inputLagP99Ms', label: 'action to answer, p99', unit: 'ms', better: 'lower' },
  { name: 'connectionsLost', label: 'connections lost', unit: 'count', better: 'lower' },
  {
    name: 'bytesPerPlayer',
    label: 'sent to one player in a second',
    unit: 'bytes',
    better: 'lower',
  },
  {
    name: 'wrongStates',
    label: 'honest players with a wrong state',
    unit: 'count',
    better: 'lower',
  },
  { name: 'wrongViews', label: 'neighbours seen in a wrong place', unit: 'count', better: 'lower' },
  { name: 'rewardsDue', label: 'rewards due', unit: 'count', better: 'neither' },
  { name: 'rewardsLost', label: 'rewards lost', unit: 'count', better: 'lower' },
  { name: 'doubleRewards', label: 'rewards granted twice', unit: 'count', better: 'lower' },
  { name: 'wrongScores', label: 'wrong lines of the leaderboard', unit: 'count', better: 'lower' },
  { name: 'cheatersOnTop', label: 'cheaters among the top 100', unit: 'count', better: 'lower' },
  {
    name: 'forbiddenApplied',
    label: 'impossible actions that became state',
    unit: 'count',
    better: 'lower',
  },
  { name: 'cheatersPlanted', label: 'cheaters planted', unit: 'count', better: 'neither' },
  { name: 'caughtRatio', label: 'cheaters caught', unit: 'ratio', better: 'higher' },
  { name: 'falsePositives', label: 'honest players accused', unit: 'count', better: 'lower' },
  { name: 'timeToCatchP50Ms', label: 'time to catch a cheater, p50', unit: 'ms', better: 'lower' },
  { name: 'pushedRatio', label: 'congratulations delivered', unit: 'ratio', better: 'higher' },
  { name: 'effectsRatio', label: 'effects played', unit: 'ratio', better: 'higher' },
  { name: 'shed', label: 'optional work shed, and said so', unit: 'count', better: 'neither' },
  { name: 'lostSilently', label: 'work lost without a word', unit: 'count', better: 'lower' },
  { name: 'unhandledRejections', label: 'unhandled rejections', unit: 'count', better: 'lower' },
  { name: 'leftBehind', label: 'listeners left behind', unit: 'count', better: 'lower' },
  {
    name: 'recoveryMs',
    label: 'time to recover after the last fault',
    unit: 'ms',
    better: 'lower',
  },
];

export function summarize(phase: GamePhase): Record<string, number> {
  const { meter, world, system } = phase;
  const { totals } = world.truth;
  return {
    playersPeak: meter.peak('players'),
    actions: meter.total('actions'),
    tickP50Ms: meter.percentile('tick', 50),
    tickP99Ms: meter.percentile('tick', 99),
    longestTickMs: meter.max('tick'),
    missedTicks: meter.total('missedTicks'),
    stoodStillMs: stoodStillMs(phase),
    inputLagP99Ms: meter.percentile('inputLag', 99),
    connectionsLost: meter.total('connectionsLost'),
    bytesPerPlayer: bytesPerPlayer(phase),
    wrongStates: wrongStates(phase).length,
    wrongViews: wrongViews(phase).wrong,
    rewardsDue: totals.rewardsDue,
    rewardsLost: world.truth.lostRewards().length,
    doubleRewards: totals.doubleRewards,
    wrongScores: wrongScores(phase).length,
    cheatersOnTop: cheatersOnTop(phase),
    forbiddenApplied: totals.forbiddenApplied,
    cheatersPlanted: totals.cheaters,
    caughtRatio: caughtRatio(phase),
    falsePositives: totals.falsePositives,
    timeToCatchP50Ms: meter.percentile('timeToCatch', 50),
    pushedRatio: ratio(totals.notified, totals.notificationsDue),
    effectsRatio: ratio(totals.effectsPlayed, totals.effectsDue),
    shed: meter.total('shed'),
    lostSilently: lostSilently(phase).length,
    unhandledRejections: meter.total('unhandledRejections'),
    leftBehind: system.leftBehind?.() ?? 0,
    recoveryMs: recoveryMs(phase),
  };
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);

/** Share of the planted cheaters who were reported before the end. */
export const caughtRatio = ({ world }: GamePhase): number =>
  ratio(world.truth.totals.cheatersCaught, world.truth.totals.cheaters);

/** Whole seconds in which players were in the game and not one tick ended, in ms. */
export const stoodStillMs = (phase: GamePhase): number =>
  timeWhileMs(beforeTheEnd(phase), ({ ticks = 0, players = 0 }) => ticks === 0 && players > 0);

/** Without the maintenance that follows, in which the last ticks are the last on purpose. */
const beforeTheEnd = ({ samples, durationMs }: GamePhase): GamePhase['samples'] =>
  samples.filter(({ atMs }) => atMs <= durationMs);

/** Mean over the phase, of everything that was sent. */
function bytesPerPlayer({ meter, samples }: GamePhase): number {
  const playerSeconds = samples.reduce((sum, { values }) => sum + (values['players'] ?? 0), 0);
  return ratio(meter.total('bytesSent'), playerSeconds);
}

/** Honest players whose stored row is not what they have earned. */
export function wrongStates({ world }: GamePhase): readonly string[] {
  const { books } = world.services;
  const wrong: string[] = [];
  for (const [playerId, { state }] of world.truth.honest()) {
    if (state.sequence === 0) continue;
    const row = books.row(playerId);
    const isRight =
      row !== undefined &&
      row.x === state.x &&
      row.y === state.y &&
      row.hits === state.hits &&
      row.score === state.score &&
      row.sequence === state.sequence;
    if (!isRight) wrong.push(playerId);
  }
  return wrong;
}

/** Honest players whose line on the leaderboard is not their score. */
export function wrongScores({ world }: GamePhase): readonly string[] {
  const { books } = world.services;
  return [...world.truth.honest()]
    .filter(([playerId, { state }]) => books.score(playerId) !== state.score)
    .map(([playerId]) => playerId);
}

const cheatersOnTop = ({ world }: GamePhase): number =>
  world.services.books.top(100).filter((playerId) => world.truth.isCheater(playerId)).length;

/**
 * What the observers see at the end, of honest players who are near: those who stand elsewhere than
 * where they are, or are not seen at all. Cheaters are left out, as nobody knows where they should be.
 */
export function wrongViews({ world, context }: GamePhase): {
  readonly compared: number;
  readonly wrong: number;
} {
  const honest = world.truth.honest();
  let compared = 0;
  let wrong = 0;
  for (const [observerId, view] of world.views.all()) {
    const observer = honest.get(observerId);
    if (observer?.isOnline !== true) continue;
    for (const [playerId, { state, isOnline }] of honest) {
      if (!isOnline || playerId === observerId) continue;
      if (distanceM(state, observer.state) > context.settings.interestM) continue;
      const seen = view.get(playerId);
      compared += 1;
      if (seen?.x !== state.x || seen.y !== state.y) wrong += 1;
    }
  }
  return { compared, wrong };
}

/** Notifications and effects that were neither carried out nor said to be given up. */
export function lostSilently({ world, system }: GamePhase): readonly string[] {
  const { notifications, effects } = world.truth.missing();
  return [...notifications, ...effects].filter((id) => system.shed?.has(id) !== true);
}

/** Time from the end of the last fault to the last second, before the end, in which a tick was missed. */
function recoveryMs(phase: GamePhase): number {
  const sinceMs = lastFaultEndMs(phase.context.faults);
  return lastedUntilMs(
    beforeTheEnd(phase),
    sinceMs,
    ({ ticks = 0, missedTicks = 0 }) => ticks === 0 || missedTicks > 0,
  );
}
