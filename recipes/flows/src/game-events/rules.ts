import { type Judged, ruleWords } from '@firedrill/core/scenario';
import type { Game } from './example.ts';
import type { Action } from './match.ts';

type Phase = Judged<Game>;

const { defineRules, invariant, objective } = ruleWords<Game>();

/** What a referee makes of one log, by the printed rules of the game. */
interface Refereed {
  readonly points: ReadonlyMap<string, number>;
  /** Hits and coins, in the order of the log. */
  readonly scored: readonly { readonly player: string; readonly what: 'hit' | 'coin' }[];
}

function refereed(log: readonly Action[]): Refereed {
  const last = new Map<string, Action>();
  const numbers = new Map<string, number>();
  const points = new Map<string, number>();
  const coins = new Set<string>();
  const scored: { player: string; what: 'hit' | 'coin' }[] = [];
  for (const action of log) {
    const { player, what, number, target } = action;
    if (what === 'finish') break;
    if (number <= (numbers.get(player) ?? 0)) continue;
    numbers.set(player, number);
    if (!points.has(player)) points.set(player, 0);
    const before = last.get(player);
    const seconds = before === undefined ? Infinity : (action.atMs - before.atMs) / 1_000;
    // Two hundred milliseconds for a hand, twenty units a second for legs.
    if (before !== undefined && seconds < 0.2) continue;
    if (before !== undefined && Math.abs(action.x - before.x) / seconds > 20) continue;
    last.set(player, action);
    const other = last.get(target);
    const isHit = what === 'shoot' && other !== undefined && Math.abs(other.x - action.x) <= 40;
    const isCoin = what === 'collect' && !coins.has(target);
    if (!isHit && !isCoin) continue;
    if (isCoin) coins.add(target);
    points.set(player, (points.get(player) ?? 0) + (isHit ? 10 : 5));
    scored.push({ player, what: isHit ? 'hit' : 'coin' });
  }
  return { points, scored };
}

const logOf = ({ truth }: Phase, match: string): readonly Action[] =>
  [...(truth.logs.get(match) ?? [])]
    .toSorted(([one], [other]) => one - other)
    .map(([, action]) => action);

const isSame = (
  scores: Readonly<Record<string, number>> | undefined,
  points: ReadonlyMap<string, number>,
): boolean =>
  scores !== undefined &&
  Object.keys(scores).length === points.size &&
  [...points].every(([player, count]) => scores[player] === count);

/** Matches whose result is not what their log gives. */
export const wrongResults = (phase: Phase): number =>
  [...phase.truth.ended.keys()].filter(
    (match) => !isSame(phase.truth.results.get(match), refereed(logOf(phase, match)).points),
  ).length;

const fields = ['match', 'player', 'number', 'what', 'atMs', 'x', 'target'] as const;

/** Actions that were acknowledged and are not in the log, or are there twice, or otherwise than they were sent. */
export function wrongEntries({ truth }: Phase): number {
  const counts = new Map<string, number>();
  let changed = 0;
  for (const log of truth.logs.values()) {
    for (const action of log.values()) {
      counts.set(action.id, (counts.get(action.id) ?? 0) + 1);
      const sent = truth.acknowledged.get(action.id);
      if (sent && fields.some((field) => sent[field] !== action[field])) changed += 1;
    }
  }
  const missing = [...truth.acknowledged.keys()].filter((id) => !counts.has(id)).length;
  const repeated = [...counts.values()].filter((count) => count > 1).length;
  return missing + repeated + changed;
}

/** Who has earned what, over all matches: it does not matter in which order they were played. */
function earned(phase: Phase): ReadonlySet<string> {
  const careers = new Map<string, { hits: number; coins: number }>();
  for (const match of phase.truth.logs.keys()) {
    for (const { player, what } of refereed(logOf(phase, match)).scored) {
      const career = careers.get(player) ?? { hits: 0, coins: 0 };
      career[what === 'hit' ? 'hits' : 'coins'] += 1;
      careers.set(player, career);
    }
  }
  const all = new Set<string>();
  for (const [player, { hits, coins }] of careers) {
    if (hits >= 1) all.add(`${player} first-hit`);
    if (hits >= 8) all.add(`${player} sharpshooter`);
    if (coins >= 6) all.add(`${player} collector`);
  }
  return all;
}

const isHonest = ({ truth }: Phase, player: string): boolean => !truth.cheats.has(player);

/** Rewards that came twice or for nothing, and those that honest players wait for. */
export function wrongRewards(phase: Phase): number {
  const due = earned(phase);
  const paid = phase.truth.credits.map(({ player, what }) => `${player} ${what}`);
  const unearned = paid.filter((name) => !due.has(name)).length;
  const surplus = paid.length - new Set(paid).size;
  const missing = [...due].filter(
    (name) => isHonest(phase, name.split(' ')[0] ?? '') && !paid.includes(name),
  ).length;
  return unearned + surplus + missing;
}

/** Who has done three impossible things, and still shines. */
export const shiningCheaters = ({ truth }: Phase): number =>
  [...truth.cheats].filter(([player, count]) => count >= 3 && truth.board.has(player)).length;

/** Scores of honest players that are not on the board as their matches ended. */
function wrongScores(phase: Phase): number {
  let wrong = 0;
  for (const match of phase.truth.ended.keys()) {
    for (const [player, points] of refereed(logOf(phase, match)).points) {
      if (!isHonest(phase, player)) continue;
      if (phase.truth.board.get(player)?.get(match) !== points) wrong += 1;
    }
  }
  return wrong;
}

/** What must be true of whoever runs the game. */
export const rules = defineRules({
  'replay-same': invariant(
    'a referee who replays the log of a match comes to its result',
    'wrong result',
    wrongResults,
  ),
  'log-complete': invariant(
    'every action that was taken in is in the log, once and as it was sent',
    'wrong entry',
    wrongEntries,
  ),
  'rewards-once': invariant(
    'every achievement is rewarded once, and nothing else is',
    'wrong reward',
    wrongRewards,
  ),
  'no-cheater-shines': invariant(
    'who has cheated three times is not on the leaderboard',
    'cheater',
    shiningCheaters,
  ),
  'honest-scores': invariant(
    'the leaderboard holds what honest players have scored, and accuses none of them',
    'wrong score',
    wrongScores,
  ),
  'result-soon': objective(
    'players are told the result two seconds after the end',
    ({ measured }) => measured.result.p95,
    {
      under: 2_000,
      unit: 'ms',
      of: 'at the 95th percentile',
      needs: ['archive', 'app'],
    },
  ),
});
