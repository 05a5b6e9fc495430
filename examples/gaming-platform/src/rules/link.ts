import { formatValue, plural, ruleWords } from '@firedrill/core/scenario';
import { hasLink } from '../domain/packets.ts';
import { law } from '../truth/law.ts';
import type { Game } from '../types.ts';

const { invariant, only } = ruleWords<Game>();

/** What phones show of the game, over a link that loses packets. */
const screenRules = only(hasLink, {
  'shown-as-it-was': invariant(
    'whatever was lost or overtaken, a phone shows the game of its newest packet, or, within a budget, of one before',
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

/** What a budget of bytes promises where there is more to tell than it has room for. */
const crowdRules = only(({ crowd }) => crowd, {
  'within-budget': invariant(
    `no packet is longer than ${law.packetBytes} bytes, with its header`,
    'long packet',
    ({ truth }) => truth.screens.totals.overBudget,
  ),
  'nobody-starves': invariant(
    `nobody near is passed over in ${law.longestWait} packets, whoever else is there`,
    'starved neighbour',
    ({ truth }) => {
      const { starved, stale, compared, longestWait } = truth.screens.totals;
      const share = stale / Math.max(1, compared);
      return {
        count: starved,
        detail: `${formatValue(share, 'ratio')} of ${plural(compared, 'sight')} were older than their packet, the longest for ${plural(longestWait, 'packet')}`,
      };
    },
  ),
});

export const linkRules = { ...screenRules, ...crowdRules };
