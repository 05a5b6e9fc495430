import { mapSizeM } from '../../src/domain.ts';
import { hardenedParts } from '../../src/implementations/hardened/game.ts';
import { type Bug, rebuilt, wired } from './plant.ts';

/** A small shard shows as much: it stays within its budget all the same, and nobody notices. */
const on = { settings: { measuredPrices: true, dailyPlayers: 120_000 } } as const;

/** Bugs in how much a tick does: what it comes to is right. */
export const priceBugs: readonly Bug[] = [
  rebuilt(
    {
      ...on,
      name: 'everybody-is-compared',
      flaw: 'the grid has a cell as wide as the map, and whoever moves is compared with everybody',
      breaks: ['tick-as-predicted'],
    },
    {
      createInterest: (outside, radiusM) =>
        hardenedParts.createInterest(outside, radiusM, 2 * mapSizeM),
    },
  ),
  wired(
    {
      ...on,
      name: 'beat-to-everybody',
      flaw: 'in each tick everybody gets a message, also those for whom there is nothing in it',
      breaks: ['tick-as-predicted'],
    },
    ({ gate, cpu }) => ({
      gate: {
        ...gate,
        flush() {
          gate.flush();
          cpu.send(gate.present().length, 0);
        },
      },
    }),
  ),
];
