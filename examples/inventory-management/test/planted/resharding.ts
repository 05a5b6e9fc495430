import { hash } from '../../src/domain/hash.ts';
import { allShards } from '../../src/domain/resharding.ts';
import type { Resharding } from '../../src/implementations/hardened/mover.ts';
import { type Bug, withParts } from './plant.ts';

const minute = 60_000;

/** So slow that each row is in use meanwhile. */
const on = {
  settings: { reshard: true, reshardMinutes: 2, copyRowsPerSecond: 10 },
} as const;

type Told = Pick<Bug, 'name' | 'flaw' | 'breaks' | 'settings'>;

/** The hardened shop that goes about moving rows in another way. */
const moving = (told: Told, change: (resharding: Resharding) => Partial<Resharding>): Bug =>
  withParts({ ...on, ...told }, ({ createResharding }) => ({
    createResharding() {
      const resharding = createResharding();
      return { ...resharding, ...change(resharding) };
    },
  }));

/** Where a row is when its number is divided by the number of the shards. */
const byRemainder = (productId: string) =>
  allShards[hash(productId) % allShards.length] ?? allShards[0];

/** Bugs in how rows come to a shard that is added. */
export const reshardingBugs: readonly Bug[] = [
  withParts(
    {
      ...on,
      name: 'modulo-for-a-ring',
      flaw: 'the shard of a row is the remainder of its hash, and with one shard more nearly all of them move',
      breaks: ['few-rows-move', 'rows-come-to-their-shard'],
    },
    ({ createResharding, createShardMap }) => ({
      createResharding: () => ({ ...createResharding(), placeAfter: byRemainder }),
      createShardMap: (outside) => createShardMap(outside, byRemainder),
    }),
  ),
  moving(
    {
      name: 'moved-without-a-fence',
      flaw: 'the shard that gives a row goes on taking what is asked about it',
      breaks: [
        'one-owner',
        'moves-lose-nothing',
        'cart-is-kept',
        'nothing-locked-away',
        'shelf-agrees',
      ],
    },
    () => ({ steps: ['copy', 'open'] }),
  ),
  moving(
    {
      name: 'moved-as-it-was-copied',
      settings: { ...on.settings, copyRowsPerSecond: 5 },
      flaw: 'what has changed of a row while it was copied is not copied any more',
      breaks: ['moves-lose-nothing', 'shelf-agrees'],
    },
    () => ({ steps: ['copy', 'close', 'open'] }),
  ),
  moving(
    {
      name: 'open-before-it-is-copied',
      flaw: 'a shard takes a row over, and is to be given what belongs to it afterwards',
      breaks: [
        'moves-lose-nothing',
        'answers-are-true',
        'cart-is-kept',
        'carts-filled',
        'nothing-locked-away',
        'reservations-end',
        'shelf-agrees',
      ],
    },
    () => ({ steps: ['close', 'open', 'copy'] }),
  ),
  moving(
    {
      name: 'closed-while-it-is-copied',
      flaw: 'nobody may change a row from before it is copied until it has moved',
      breaks: ['pause-is-short'],
    },
    () => ({ steps: ['close', 'copy', 'open'] }),
  ),
  moving(
    {
      name: 'last-giver-forgotten',
      flaw: 'the loop over the shards that give ends one too early',
      breaks: ['rows-come-to-their-shard'],
    },
    ({ givers }) => ({ givers: givers.slice(0, -1) }),
  ),
  withParts(
    {
      ...on,
      settings: { ...on.settings, copyRowsPerSecond: 5 },
      name: 'map-kept-for-minutes',
      flaw: 'a process that has read the map goes on with it for five minutes, whatever it is refused',
      breaks: ['carts-filled', 'pressed-once', 'reservation-p99', 'shoppers-answered'],
    },
    ({ createShardMap }) => ({
      createShardMap(outside) {
        const { shardMap } = outside;
        if (shardMap === undefined) return createShardMap(outside);
        let kept: ReturnType<typeof shardMap.read> | undefined;
        const read: typeof shardMap.read = (...args) => {
          if (kept === undefined) {
            kept = shardMap.read(...args);
            setTimeout(() => (kept = undefined), 5 * minute);
          }
          return kept;
        };
        return createShardMap({ ...outside, shardMap: { ...shardMap, read } });
      },
    }),
  ),
];
