import { hardenedParts } from '../../src/implementations/hardened/game.ts';
import { loginsPerSecond } from '../../src/settings.ts';
import type { Outside } from '../../src/system.ts';
import { type Bug, rebuilt, second, wired } from './plant.ts';

/** A small shard shows as much. */
const on = { settings: { loginQueue: true, dailyPlayers: 120_000 } } as const;

type Tickets = NonNullable<Outside['door']['tickets']>;
type Take = Awaited<ReturnType<Tickets['take']>>;

/** Places in line that are kept where they are given out, and nowhere else. */
function keptInMemory(): Tickets {
  const known = new Map<string, Take['number']>();
  return {
    async take({ token }) {
      const number = known.get(token) ?? known.size + 1;
      known.set(token, number);
      return { number, issued: known.size };
    },
    settle: async () => ({ ok: true }),
    all: async () => ({ tickets: [], issued: 0 }),
  };
}

/** Bugs in the line of those who wait to get in. */
export const loginQueueBugs: readonly Bug[] = [
  rebuilt(
    {
      ...on,
      name: 'place-of-the-connection',
      flaw: 'a place in line belongs to the connection over which it was asked for, and is lost with it',
      // A place that was lost is kept for nobody, and the line is longer.
      breaks: ['grace-keeps-the-place', 'line-ends-in-time'],
    },
    {
      createLoginQueue(...given) {
        const queue = hardenedParts.createLoginQueue(...given);
        return {
          ...queue,
          ask(playerId, { token, connection }, enter) {
            return queue.ask(playerId, { token: `${token} ${connection}`, connection }, enter);
          },
        };
      },
    },
  ),
  rebuilt(
    {
      ...on,
      name: 'admitted-keeps-his-place',
      flaw: 'whoever was admitted has his place for good, whether he comes or not',
      breaks: ['line-ends-in-time'],
    },
    {
      isGone: (place, nowMs) =>
        (!place.isAdmitted || place.enteredMs !== undefined) && hardenedParts.isGone(place, nowMs),
    },
  ),
  wired(
    {
      ...on,
      name: 'line-in-memory',
      flaw: 'the line is kept by the process that admits people, and a crash empties it',
      breaks: ['first-come-first-in', 'grace-keeps-the-place', 'position-only-falls'],
      faults: [{ kind: 'crash', service: 'app', fromMs: 32 * second, toMs: 32.5 * second }],
    },
    ({ door }) => ({ door: { ...door, tickets: keptInMemory() } }),
  ),
  wired(
    {
      ...on,
      name: 'as-fast-as-ever',
      flaw: 'people are admitted at the usual rate, however slow the login database is',
      breaks: ['logins-within-rate'],
    },
    ({ door }, { settings }) => ({
      door: {
        ...door,
        ...(door.logins && {
          logins: { ...door.logins, pace: () => loginsPerSecond(settings) },
        }),
      },
    }),
  ),
  rebuilt(
    {
      ...on,
      name: 'admitted-takes-no-room',
      flaw: 'who was admitted and has not come yet takes no place',
      breaks: ['room-for-all-inside'],
    },
    { freePlaces: (places, { inside }) => places - inside },
  ),
  rebuilt(
    {
      ...on,
      name: 'silent-not-counted',
      flaw: 'a position counts those who have asked of late, and the others when they ask again',
      breaks: ['position-only-falls', 'grace-keeps-the-place'],
    },
    {
      positionOf: (place, line) =>
        hardenedParts.positionOf(
          place,
          [...line].filter(({ seenMs }) => place.seenMs - seenMs < 10 * second),
        ),
    },
  ),
];
