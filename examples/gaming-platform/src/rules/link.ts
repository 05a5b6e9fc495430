import { formatValue, plural, ruleWords } from '@firedrill/core/scenario';
import type { Game } from '../types.ts';

const { invariant, only } = ruleWords<Game>();

/** What phones show of the game, over a link that loses packets. */
export const linkRules = only(({ lossyLink }) => lossyLink, {
  'shown-as-it-was': invariant(
    'whatever was lost or overtaken, a phone shows the game of the newest packet that it has',
    'wrong sight',
    ({ truth }) => {
      const { wrong, compared, packets, bytes, lost, overtaken } = truth.screens.totals;
      const each = Math.max(1, packets);
      return {
        count: wrong,
        detail: `of ${plural(compared, 'sight')}; ${plural(packets, 'packet')} of ${formatValue(bytes / each, 'bytes')} were sent to all, ${formatValue(lost / each, 'ratio')} lost, ${plural(overtaken, 'packet')} overtaken`,
      };
    },
  ),
});
