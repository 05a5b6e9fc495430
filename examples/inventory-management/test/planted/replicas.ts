import { settle } from '@firedrill/core/resilience';
import { withTimeout } from '@firedrill/core/services';
import { keeperName, replicaNames, type Standing } from '../../src/domain/replicas.ts';
import { type ReplicaClient, replicasOf } from '../../src/implementations/hardened/keeper.ts';
import { createShop, hardenedParts } from '../../src/implementations/hardened/shop.ts';
import type { Outside } from '../../src/system.ts';
import { behind, type Bug, week, withParts } from './plant.ts';

const minute = 60_000;
const on = { settings: { replicas: true } } as const;

/** The primary of shard-2 is gone, for everybody or for the keeper alone, in the middle of the rush. */
const gone = {
  kind: 'partition',
  service: 'replica-b',
  fromMs: 7 * minute,
  toMs: 8 * minute,
} as const;
/** The same when nothing else is wrong. */
const goneLater = { ...gone, fromMs: 20 * minute, toMs: 21 * minute } as const;
const goneForKeeper = { ...gone, process: 'keeper' } as const;

const beatTimeoutMs = 500;

/** About what one in five answers takes longer than. */
const shortBeatMs = 4;

const withShortBeats = (client: ReplicaClient): ReplicaClient => ({
  ...client,
  standings: (input) => client.standings(input, { timeoutMs: shortBeatMs }),
});

/** The machines as a keeper sees them that gives each of them as little time as that. */
function inAHurry({ replicas }: Outside): Outside['replicas'] {
  const hurried: { -readonly [Name in keyof Outside['replicas']]: Outside['replicas'][Name] } = {};
  for (const name of replicaNames) {
    const client = replicas[name];
    if (client !== undefined) hurried[name] = withShortBeats(client);
  }
  return hurried;
}

/** Bugs in who is the primary, and in what is promised before it is safe. */
export const replicaBugs: readonly Bug[] = [
  withParts(
    {
      ...on,
      name: 'no-fence',
      flaw: 'whoever is to be the primary is told so, and the others hear of it later',
      breaks: [
        'one-primary',
        'told-and-held',
        'cart-is-kept',
        'shelf-agrees',
        'reservations-end',
        'nothing-locked-away',
        'downstreams-agree',
        'downstreams-catch-up',
        'updates-are-true',
      ],
      faults: [goneForKeeper],
    },
    ({ createFailover }) => ({
      createFailover(outside) {
        const replicas = replicasOf(outside);
        const failover = createFailover(outside);
        return {
          ...failover,
          async raise(shard, epoch) {
            const answers = await Promise.all(
              replicas.map(([, client]) =>
                settle(withTimeout(client, beatTimeoutMs).standings({})),
              ),
            );
            const standings = answers.flatMap((answer) =>
              answer.kind === 'success'
                ? answer.value.standings.filter((each) => each.shard === shard)
                : [],
            );
            const chosen = failover.choose(standings);
            const client = chosen && outside.replicas[chosen.replica];
            if (client === undefined) return [];
            const { standing } = await withTimeout(client, beatTimeoutMs).raise({ shard, epoch });
            return standings.map((each): Standing => (each === chosen ? standing : each));
          },
        };
      },
    }),
  ),
  withParts(
    {
      ...on,
      name: 'acknowledged-by-one',
      flaw: 'what the primary has is acknowledged, whether or not anybody else has it',
      breaks: ['acknowledged-survives', 'reservations-end'],
      faults: [gone],
    },
    ({ createLeaders }) => ({
      createLeaders(outside) {
        const leaders = createLeaders(outside);
        return {
          at: (shard, run) => leaders.at(shard, (place) => run(place && { ...place, copies: 0 })),
        };
      },
    }),
  ),
  withParts(
    {
      ...on,
      name: 'last-in-the-list-is-promoted',
      flaw: 'of the replicas that are left the last is promoted, however far it is behind',
      breaks: ['acknowledged-survives', 'reservations-end'],
      faults: [gone],
    },
    ({ createFailover }) => ({
      createFailover(outside) {
        const failover = createFailover(outside);
        return {
          ...failover,
          choose: (raised) => failover.choose(raised) && raised.at(-1),
        };
      },
    }),
  ),
  behind(
    {
      ...on,
      name: 'told-before-it-is-held',
      flaw: 'the page says "in the cart" at once, and holds the units as soon as that is possible',
      breaks: ['told-and-held', 'cart-is-kept', 'orders-served'],
    },
    (shop) => ({
      async addToCart(cart) {
        void shop.addToCart(cart).catch(() => {});
        return { status: 'in-cart' };
      },
    }),
  ),
  withParts(
    {
      ...on,
      name: 'patient-keeper',
      flaw: 'a primary may be away for a minute before anybody takes its place',
      breaks: ['failover-is-soon'],
      faults: [goneLater],
    },
    ({ createFailover }) => ({
      createFailover: (outside) => ({ ...createFailover(outside), missedBeats: 30 }),
    }),
  ),
  {
    ...on,
    name: 'hurried-keeper',
    flaw: 'a primary has four milliseconds to answer: three slow answers in a row make another one',
    week,
    breaks: ['primary-stays'],
    create: (context) =>
      createShop(
        context.process.name === keeperName
          ? { ...context, outside: { ...context.outside, replicas: inAHurry(context.outside) } }
          : context,
        hardenedParts,
      ),
  },
];
