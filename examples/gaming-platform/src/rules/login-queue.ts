import { type Judged, plural, ruleWords } from '@firedrill/core/scenario';
import type { Game } from '../types.ts';

const { invariant, objective, only } = ruleWords<Game>();

/** Fewer are no crowd, and what takes less time than this is no wait, in ms. */
const fewestPeople = 15;
const shortestMs = 20_000;

/** Of the time that a model predicts, so much more or less; and nobody asks more often than this, in ms. */
const mostOff = 0.2;
const askingMs = 5_000;

const secondMs = 1_000;

/**
 * How far crowds were off the time that the model predicts, as a share of it: the worst of them. A line may stand
 * still for as long as something excuses it.
 */
function worstOff({ truth, isJudged }: Judged<Game>): number | undefined {
  const offs = truth.line.crowds().flatMap(({ fromMs, people, endMs, predictedMs }) => {
    const predicted = predictedMs - fromMs;
    if (people < fewestPeople || predicted < shortestMs) return [];
    let excusedMs = 0;
    for (let atMs = fromMs; atMs < endMs; atMs += secondMs)
      if (!isJudged(atMs)) excusedMs += secondMs;
    const off = Math.abs(endMs - predictedMs) - askingMs - excusedMs;
    return [Math.max(0, off) / predicted];
  });
  return offs.length === 0 ? undefined : Math.max(...offs);
}

/** What a line before the login promises. */
export const loginQueueRules = only(({ loginQueue }) => loginQueue, {
  'first-come-first-in': invariant(
    'whoever waits all the time is passed by nobody who came later',
    'passed player',
    ({ truth: { line } }) => ({
      count: line.totals.passed,
      detail: `of ${plural(line.totals.steady, 'player')} who never left`,
    }),
  ),
  'grace-keeps-the-place': invariant(
    'whoever is back within his grace has not lost his place',
    'lost place',
    ({ truth: { line } }) => ({
      count: line.totals.placesLost,
      detail: `of ${plural(line.totals.returned, 'player')} who came back`,
    }),
  ),
  'position-only-falls': invariant(
    'the position that somebody is told only falls',
    'lost rank',
    ({ truth: { line } }) => ({
      count: line.totals.rose,
      detail: `of ${plural(line.totals.told, 'position')} that were told`,
    }),
  ),
  'room-for-all-inside': invariant(
    'no more are in than there is room for',
    'surplus player',
    ({ truth: { line } }) => line.totals.tooMany,
  ),
  'logins-within-rate': invariant(
    'nobody is let at the login database whom it does not carry',
    'surplus login',
    ({ truth: { line } }) => ({
      count: line.totals.tooFast,
      detail: `of ${plural(line.totals.logins, 'login')}`,
    }),
  ),
  'line-ends-in-time': objective(
    'a line is over when it has to be, by the people in it and the rate of the database',
    worstOff,
    {
      atMost: mostOff,
      unit: 'ratio',
      of: 'off the prediction',
      needs: ['tickets', 'storage', 'app'],
    },
  ),
});
