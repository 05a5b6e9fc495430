import { type Judged, ruleWords } from '@firedrill/core/scenario';
import type { Auth } from './example.ts';
import { type AuthTruth, patienceMs, type ProbePair } from './world.ts';

type Phase = Judged<Auth>;

const { defineRules, invariant, objective, usefulWork } = ruleWords<Auth>();

const harms =
  (kind: keyof AuthTruth['harms']) =>
  ({ truth }: Phase) => {
    const found = truth.harms[kind];
    return { count: found.length, detail: found[0] };
  };

export const takeovers = (phase: Phase): number => phase.truth.harms.takeover.length;

/** What owners with the right password and code wanted, and got in time. */
export function ownersIn({ truth }: Phase): { done: number; due: number } {
  const done = truth.ownersTries.filter(
    ({ atMs, doneAtMs = Infinity }) => doneAtMs - atMs <= patienceMs,
  );
  return { done: done.length, due: truth.ownersTries.length };
}

/** For how long a gate that was closed stays so. */
const closedForMs = 60_000;

/**
 * How far the clock by which gates open has jumped from the first question of a pair until then, in ms: by so
 * much earlier the gate of one of them may open, whoever has an account.
 */
const jumpedMs = ({ faults }: Phase, fromMs: number, untilMs: number): number =>
  faults
    .filter((fault) => fault.kind === 'clock')
    .filter((fault) => [fault.fromMs, fault.toMs].some((at) => at >= fromMs && at <= untilMs))
    .reduce((sum, { byMs }) => sum + Math.abs(byMs), 0);

/** Pairs of which an answer told who has an account, while no gate opens by itself. */
export const tellingAnswers = (phase: Phase): number =>
  phase.truth.probes.filter((pair) => pair.answers.some((each) => isTelling(phase, pair, each)))
    .length;

const isTelling = (
  phase: Phase,
  { atMs: fromMs }: ProbePair,
  { known, unknown, atMs }: ProbePair['answers'][number],
): boolean => known !== unknown && atMs - fromMs < closedForMs - jumpedMs(phase, fromMs, atMs);

/** So few comparisons prove nothing. */
const fewest = 20;
/** One false alarm in 1.7 million: thousands of storms are judged, and 4 come by chance in one of 16,000. */
const tooManyDeviations = 4.5;

/**
 * How far the answers about those with an account are from being the slower ones half of the time, in standard
 * deviations (sign test, Arbuthnot 1710): it asks nothing of how times are distributed.
 */
export function timeTells({ truth }: Phase): number {
  const differences = truth.probes
    .flatMap(({ tookMs }) => tookMs)
    .map(([known, unknown]) => known - unknown)
    .filter((difference) => difference !== 0);
  if (differences.length < fewest) return 0;
  const slower = differences.filter((difference) => difference > 0).length;
  return Math.abs(slower - differences.length / 2) / (Math.sqrt(differences.length) / 2);
}

/** Strangers came in, and the owner has no mail about it. */
const untold = ({ truth }: Phase): number =>
  truth.strangersIn.filter(({ email, token }) => {
    const loginId = token.slice(0, token.lastIndexOf('.'));
    const mails = truth.mails.get(email) ?? [];
    return !mails.some(({ kind, id }) => kind === 'new-device' && id.startsWith(`${loginId}-`));
  }).length;

/** What must be true of whoever lets people in. */
export const rules = defineRules({
  'no-takeover': invariant(
    'nobody gets into an account of which the password alone, or a stolen token, is all they have',
    'takeover',
    harms('takeover'),
  ),
  'code-once': invariant('a one-time code opens once', 'replayed code', harms('code-twice')),
  'revoked-is-out': invariant(
    'what was ended, renewed or revoked opens nothing',
    'open door',
    harms('reopened'),
  ),
  'codes-expire': invariant(
    'the code of a registration is of no use when its time is over',
    'stale code',
    harms('expired'),
  ),
  'owner-told': invariant(
    'of every sign-in from a new device the owner is told by mail',
    'untold owner',
    untold,
  ),
  'no-telling-answers': invariant(
    'no answer tells whether an address has an account',
    'telling pair',
    tellingAnswers,
  ),
  'no-telling-time': invariant(
    'no time of an answer tells whether an address has an account',
    'telling difference',
    (phase) => {
      const deviations = timeTells(phase);
      const detail = `${deviations.toFixed(1)} standard deviations, of which ${tooManyDeviations} are too many`;
      return { count: deviations < tooManyDeviations ? 0 : 1, detail };
    },
  ),
  'honest-get-in': usefulWork(
    'owners with password and code get in, and new ones get an account, at the latest when all is up again',
    'owner',
    ownersIn,
    // Whatever is down comes back within their patience: nothing excuses it.
    { atLeast: 0.98, needs: [] },
  ),
  'in-soon': objective('an owner is in within a second', ({ measured }) => measured.signIn.p95, {
    under: 1_000,
    unit: 'ms',
    of: 'at the 95th percentile',
    needs: ['passwords', 'app'],
  }),
});
