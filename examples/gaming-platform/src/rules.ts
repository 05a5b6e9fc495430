import { type Judged, plural, ruleWords } from '@firedrill/core/scenario';
import { type Position, tickBudgetMs } from './domain.ts';
import { linkRules } from './rules/link.ts';
import { loginQueueRules } from './rules/login-queue.ts';
import { priceRules } from './rules/prices.ts';
import { hasLink } from './domain/packets.ts';
import type { Game } from './types.ts';
import { cheatKinds } from './world/cheaters.ts';
import { distanceM } from './world/players.ts';

type Phase = Judged<Game>;

const {
  defineRules,
  detected,
  invariant,
  noDefect,
  noUnhandledRejection,
  nothingLeftBehind,
  objective,
  usefulWork,
} = ruleWords<Game>();

/** Most honest players who may be accused, and fewest cheaters who must be caught, as shares. */
const mostAccused = 0.01;
const fewestCaught = 0.7;

/** What may be shed is done all the same where there is room: at least so much of it, over a storm. */
const mostOfOptional = 0.5;

const vital = ['storage', 'app'];
/** A line before the login is kept in a store. */
const entry = [...vital, 'tickets'];

const antiCheat = detected({
  examined: ({ truth, isJudged }) => truth.examined(isJudged),
  looksFor: cheatKinds,
  // As planted here, a quarter of it, and where hardly anybody dares.
  baseRates: [0.04, 0.01, 0.001],
});

/** What must be true of the game, whoever builds it. */
export const rules = defineRules({
  'honest-state': invariant(
    'the state of every honest player is what he has earned',
    'wrong honest player',
    (phase) => {
      const { honest, honestRefused } = phase.truth.totals;
      const wrong = wrongStates(phase);
      return {
        count: wrong.length + honestRefused,
        detail: `${wrong.length} of ${honest} rows wrong${among(wrong)}, ${plural(honestRefused, 'honest action')} refused`,
      };
    },
  ),
  'no-double-reward': invariant(
    'no reward is granted twice',
    'double reward',
    ({ truth }) => truth.totals.doubleRewards,
  ),
  'no-lost-reward': invariant('no reward is lost', 'lost reward', ({ truth }) => {
    const { rewardsDue, rewardsGranted } = truth.totals;
    const lost = truth.lostRewards();
    return {
      count: lost.length,
      detail: `${rewardsDue} due, ${rewardsGranted} granted${among(lost)}`,
    };
  }),
  'rewards-soon': invariant(
    'a reward is there within ten seconds of the deed',
    'late reward',
    ({ truth }) => truth.timeliness.lateRewards,
  ),
  'leaderboard-soon': invariant(
    'what a player has scored is on the leaderboard within ten seconds of the deed',
    'late line',
    ({ truth }) => truth.timeliness.lateLines,
  ),
  'rewards-earned': invariant(
    'a reward is worth what its achievement promises, and goes to whoever has earned it',
    'wrong reward',
    ({ truth }) => truth.totals.wrongRewards,
  ),
  'true-pushes': invariant(
    'a congratulation names the player and the achievement, and comes after the deed',
    'false congratulation',
    ({ truth }) => truth.totals.falsePushes,
  ),
  'told-once': invariant(
    'nobody is congratulated twice for the same deed',
    'repeated congratulation',
    ({ truth }) => truth.celebrations.doublePushes,
  ),
  'no-stale-push': invariant(
    'nobody is congratulated when the moment is long past',
    'stale congratulation',
    ({ truth }) => truth.timeliness.stalePushes,
  ),
  'no-stale-effect': invariant(
    'an effect is played while somebody looks, or not at all',
    'stale effect',
    ({ truth }) => truth.celebrations.lateEffects,
  ),
  'nothing-for-cheaters': invariant(
    'who was found to cheat gains nothing any more, nor what was held until then, and is off the leaderboard',
    'cheating gain',
    ({ truth }) => {
      const listed = [...truth.store.lines()].filter(
        ([playerId, { score }]) => score > 0 && truth.isBanned(playerId),
      );
      return {
        count: truth.totals.rewardsOfBanned + listed.length,
        detail: `${plural(truth.totals.rewardsOfBanned, 'reward')}, ${plural(listed.length, 'line')} on the leaderboard`,
      };
    },
  ),
  'banned-are-out': invariant(
    'who was found to cheat is out of the game, and out of sight',
    'banned act',
    (phase) => {
      const { appliedOfBanned } = phase.truth.totals;
      const seen = bannedSeen(phase);
      return {
        count: appliedOfBanned + seen,
        detail: `${plural(appliedOfBanned, 'action')} applied, ${seen} on a screen`,
      };
    },
  ),
  'cases-closed': invariant(
    'the case of each player says what the moderators have found',
    'wrong case',
    ({ truth }) =>
      truth.store
        .cases()
        .filter(
          ({ playerId, standing }) =>
            standing !== (truth.isCheater(playerId) ? 'banned' : 'cleared'),
        ).length,
  ),
  'asked-once': invariant(
    'the moderators are asked about a player once, and again only when their verdict is long due',
    'needless report',
    ({ truth }) => truth.totals.needlessReports,
  ),
  'leaderboard-exact': invariant(
    'the leaderboard is exact after the storm',
    'wrong line',
    (phase) => {
      const wrong = wrongScores(phase);
      return { count: wrong.length, detail: among(wrong).trim() || undefined };
    },
  ),
  'only-optional-shed': invariant(
    'only what may be shed was shed, and operations was told of all of it',
    'unexplained loss',
    ({ truth }) => {
      const silently = truth.lostSilently().length;
      const { vitalShed } = truth.totals;
      return {
        count: silently + vitalShed,
        detail: `${silently} lost without a word, ${vitalShed} vital`,
      };
    },
  ),
  'no-impossible-action': invariant(
    'no action that is impossible, or beyond the pace that is possible, becomes part of the state',
    'impossible action',
    ({ truth }) => truth.totals.forbiddenApplied,
  ),
  'near-is-seen': invariant(
    'everybody who is near is seen where he is',
    'misplaced neighbour',
    (phase) => {
      const { compared, wrong } = wrongViews(phase);
      return { count: wrong, detail: `of ${plural(compared, 'neighbour')} of the observers` };
    },
  ),
  'far-is-unseen': invariant(
    'nobody is shown who is too far away to be seen',
    'distant player',
    farSeen,
  ),
  'acts-are-seen': invariant(
    'what somebody on the screen does is seen there',
    'unseen act',
    ({ truth }) => truth.totals.unseenActs,
  ),
  'leavers-vanish': invariant('nobody is seen who has left', 'ghost', ghosts),
  'no-unhandled-rejection': noUnhandledRejection(),
  'no-defect': noDefect(),
  'nothing-left-behind': nothingLeftBehind('player'),

  'actions-count': usefulWork(
    'what an honest player does is answered within a second',
    'action',
    (phase) => phase.truth.actions.share(phase),
    { atLeast: 0.99, needs: vital },
  ),
  'players-let-in': usefulWork(
    'who comes to play gets in',
    'login',
    ({ measured }) => ({ done: measured.entered.total, due: measured.logins.total }),
    { atLeast: 0.99, needs: entry },
  ),
  'pushes-arrive': usefulWork(
    'more congratulations are sent than given up',
    'notification',
    (phase) => phase.truth.celebrations.pushes.share(phase),
    { atLeast: mostOfOptional, needs: ['push', 'app'] },
  ),
  'effects-arrive': usefulWork(
    'more effects are played than given up',
    'effect',
    (phase) => phase.truth.celebrations.effects.share(phase),
    { atLeast: mostOfOptional, needs: ['effects', 'push', 'app'] },
  ),
  'tick-p99': objective(
    'a tick is done within 10 ms of being due',
    ({ measured }) => measured.tick.p99,
    { under: tickBudgetMs, unit: 'ms', of: 'at the 99th percentile', needs: ['app'] },
  ),
  'cheaters-caught': antiCheat.found('cheaters are caught', 'planted cheater', {
    atLeast: fewestCaught,
    needs: ['moderation', 'verdicts', 'app'],
  }),
  'honest-left-alone': antiCheat.spared('honest players are not accused', 'honest player', {
    atMost: mostAccused,
  }),

  ...linkRules,
  ...loginQueueRules,
  ...priceRules,
});

/** Honest players whose stored row is not what they have earned. */
export function wrongStates({ truth }: Pick<Phase, 'truth'>): readonly string[] {
  const wrong: string[] = [];
  for (const [playerId, { state }] of truth.honest()) {
    if (state.sequence === 0) continue;
    const row = truth.store.row(playerId);
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
export function wrongScores({ truth }: Pick<Phase, 'truth'>): readonly string[] {
  return [...truth.honest()]
    .filter(([playerId, { state }]) => truth.store.score(playerId) !== state.score)
    .map(([playerId]) => playerId);
}

/**
 * What the observers see at the end, of honest players who are near: those who stand elsewhere than
 * where they are, or are not seen at all. Cheaters are left out, as nobody knows where they should be.
 */
export function wrongViews({ truth, settings }: Pick<Phase, 'truth' | 'settings'>): {
  readonly compared: number;
  readonly wrong: number;
} {
  const honest = truth.honest();
  let compared = 0;
  let wrong = 0;
  for (const [observerId, view] of truth.views.all()) {
    const observer = honest.get(observerId);
    if (observer?.isOnline !== true) continue;
    for (const [playerId, { state, isOnline }] of honest) {
      if (!isOnline || playerId === observerId) continue;
      if (distanceM(state, observer.state) > settings.interestM) continue;
      const seen = view.players.get(playerId);
      compared += 1;
      if (!isShownAt(seen, state, settings)) wrong += 1;
    }
  }
  return { compared, wrong };
}

/** Whether somebody is shown where he is; packets tell places to the centimetre. */
const isShownAt = (
  seen: Position | undefined,
  { x, y }: Position,
  settings: Phase['settings'],
): boolean =>
  hasLink(settings)
    ? seen !== undefined &&
      Math.round(100 * seen.x) === Math.round(100 * x) &&
      Math.round(100 * seen.y) === Math.round(100 * y)
    : seen?.x === x && seen.y === y;

/** Of what the observers see at the end, those who are farther away than anybody can see. */
function farSeen({ truth, settings }: Phase): number {
  const honest = truth.honest();
  let count = 0;
  for (const [observerId, view] of truth.views.all()) {
    const observer = honest.get(observerId);
    if (observer?.isOnline !== true) continue;
    for (const playerId of view.players.keys()) {
      const player = honest.get(playerId);
      if (player?.isOnline !== true || playerId === observerId) continue;
      if (distanceM(player.state, observer.state) > settings.interestM) count += 1;
    }
  }
  return count;
}

/** Players who are known to cheat and are still seen by an observer. */
function bannedSeen({ truth }: Phase): number {
  let count = 0;
  for (const { players } of truth.views.all().values()) {
    for (const playerId of players.keys()) if (truth.isBanned(playerId)) count += 1;
  }
  return count;
}

/** Those who have left and are still seen by an observer. */
function ghosts({ truth }: Phase): number {
  const honest = truth.honest();
  let count = 0;
  for (const [observerId, view] of truth.views.all()) {
    if (honest.get(observerId)?.isOnline !== true) continue;
    for (const playerId of view.players.keys()) {
      if (honest.get(playerId)?.isOnline === false) count += 1;
    }
  }
  return count;
}

/** Names one of several, for whoever wants to look. */
const among = ([first]: readonly string[]): string => (first === undefined ? '' : ` (${first})`);
