import { packetBudgetBytes } from '../../src/domain/packets.ts';
import { type Bug, rebuilt } from './plant.ts';

/** A small shard shows as much. */
const on = { settings: { crowd: true, dailyPlayers: 60_000, actionsPerSecond: 2 } } as const;

/** Bugs in who is told of when there is no room for everybody. */
export const crowdBugs: readonly Bug[] = [
  rebuilt(
    {
      ...on,
      name: 'nearest-first',
      flaw: 'the nearest are told of first, however long the others have waited',
      breaks: ['nobody-starves'],
    },
    { weightOf: (nearness) => 10 ** (8 * nearness) },
  ),
  rebuilt(
    {
      ...on,
      name: 'header-not-counted',
      flaw: 'the budget of a packet is used up by what is in it, and the header comes on top',
      breaks: ['within-budget'],
    },
    { payloadBytes: packetBudgetBytes },
  ),
];
