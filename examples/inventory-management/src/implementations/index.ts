import type { Implementation } from '@firedrill/core/scenario';
import type { Settings } from '../settings.ts';
import type { CreateSystem, InventorySystem } from '../system.ts';
import type { World } from '../world.ts';
import { createDirectCalls } from './1-direct-calls.ts';
import { createFloatingPromises } from './2-floating-promises.ts';
import { createEventEmitter } from './3-event-emitter.ts';
import { createHooksOnly } from './4-hooks.ts';
import { createHardened } from './5-hardened.ts';

type InventoryImplementation = Implementation<Settings, World, InventorySystem>;

/** Makes a system in a world, and has the world measure it. */
const inWorld =
  (create: CreateSystem): InventoryImplementation['create'] =>
  (context, world) => {
    const system = create(context, world.services);
    world.measure(system);
    return system;
  };

/** The five ways to build it, in the order in which a team lives through them. */
export const implementations: readonly InventoryImplementation[] = [
  {
    name: 'direct-calls',
    title: '1. direct calls',
    flaw: 'stock is read, then written; each order tells twelve services, one after the other',
    breaks: [
      'never-oversold',
      'stock-conserved',
      'no-trace',
      'sold-once',
      'downstreams-agree',
      'reservation-p99',
      'shoppers-answered',
    ],
    create: inWorld(createDirectCalls),
  },
  {
    name: 'floating-promises',
    title: '2. floating promises',
    flaw: 'updates are started and forgotten: unbounded, unheard, and each rejection ends the process',
    breaks: [
      'no-unhandled-rejection',
      'never-oversold',
      'stock-conserved',
      'no-trace',
      'sold-once',
      'downstreams-agree',
    ],
    create: inWorld(createFloatingPromises),
  },
  {
    name: 'event-emitter',
    title: '3. event emitter',
    flaw: 'what gives a cart back is never removed: sold units go back on sale after 15 minutes',
    breaks: [
      'nothing-left-behind',
      'reservations-end',
      'never-oversold',
      'stock-conserved',
      'no-trace',
      'sold-once',
    ],
    create: inWorld(createEventEmitter),
  },
  {
    name: 'hooks',
    title: '4. hooks',
    flaw: 'abandoned carts are held for ever; one pool for quick and slow drops what is too much',
    breaks: ['reservations-end', 'stock-conserved', 'no-trace', 'sold-once', 'downstreams-agree'],
    create: inWorld(createHooksOnly),
  },
  {
    name: 'hardened',
    title: '5. hardened',
    flaw: 'none known: versions, expiry, a saga that undoes, breakers, time limits, shards, a fleet',
    breaks: [],
    create: inWorld(createHardened),
  },
];
