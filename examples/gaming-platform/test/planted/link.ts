import { sightingOf, tickOf } from '../../src/domain/packets.ts';
import { type Bug, rebuilt, wired } from './plant.ts';

/** A small shard shows as much. */
const on = { settings: { lossyLink: true, dailyPlayers: 120_000 } } as const;

/** Bugs in what is sent over a link that loses packets. */
export const linkBugs: readonly Bug[] = [
  wired(
    {
      ...on,
      name: 'delta-against-last-sent',
      flaw: 'what was sent is taken for what has arrived, and the next difference is made to it',
      breaks: ['shown-as-it-was', 'near-is-seen', 'far-is-unseen'],
    },
    ({ link }) => {
      let sent: { playerId: string; newest: number; earlier: number }[] = [];
      return {
        link: {
          ...link,
          send(playerId, packet) {
            sent.push({ playerId, newest: tickOf(packet), earlier: 0 });
            link.send(playerId, packet);
          },
          take() {
            const taken = sent;
            sent = [];
            return taken;
          },
        },
      };
    },
  ),
  wired(
    {
      ...on,
      name: 'newest-stands-for-all',
      flaw: 'who has acknowledged a packet is taken to have all that were sent before it',
      breaks: ['shown-as-it-was'],
    },
    ({ link }) => ({
      link: { ...link, take: () => link.take().map((each) => ({ ...each, earlier: -1 })) },
    }),
  ),
  rebuilt(
    {
      ...on,
      name: 'places-cut-off',
      flaw: 'a place is cut off at the centimetre, and not rounded to the nearest',
      breaks: ['shown-as-it-was', 'near-is-seen'],
    },
    {
      sightingOf: (state) => ({
        ...sightingOf(state),
        xCm: Math.trunc(100 * state.x),
        yCm: Math.trunc(100 * state.y),
      }),
    },
  ),
];
