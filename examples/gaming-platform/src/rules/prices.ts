import { type Judged, ruleWords } from '@firedrill/core/scenario';
import { hasLink } from '../domain/packets.ts';
import { hardenedTickMs } from '../scenarios/tick-model.ts';
import type { Game } from '../types.ts';
import { pricesOf } from '../world/prices.ts';

const { objective, only } = ruleWords<Game>();

/**
 * Of the work that is predicted, so much more or less. The prediction takes players for spread evenly; those who walk
 * from one place to the next gather in the middle, and in time each has a third more about him (Bettstetter, Resta and
 * Santi 2003, the random waypoint model). A shard whose work grows faster than it should is off by much more.
 */
const mostOff = 0.5;

/**
 * How far the work of all ticks is off what the players and the settings predict, as a share of it. What a tick takes
 * to begin is left out: it is the same whatever the shard does, and would hide the rest in a small one.
 */
function offPrediction({ measured, seconds, settings }: Judged<Game>): number | undefined {
  const beginMs = pricesOf(settings).tickUs / 1_000;
  const { count, mean = 0 } = measured.tickWork;
  const tookMs = count * (mean - beginMs);
  let predictedMs = 0;
  for (const { values } of seconds) {
    const load = { players: values.players, loginsPerSecond: values.entered };
    predictedMs += values.ticks * (hardenedTickMs(load, settings) - beginMs);
  }
  return predictedMs === 0 ? undefined : Math.abs(tookMs / predictedMs - 1);
}

/** What a tick costs, where its work has the prices of a real machine. */
export const priceRules = only((settings) => settings.measuredPrices && !hasLink(settings), {
  'tick-as-predicted': objective(
    'the work of the ticks is what the players and the settings predict',
    offPrediction,
    { atMost: mostOff, unit: 'ratio', of: 'off the prediction', needs: ['app'] },
  ),
});
