import type { Implementation } from '@firedrill/core/scenario';
import type { CreateSystem, GameSystem } from '../system.ts';
import type { Settings } from '../settings.ts';
import type { World } from '../world.ts';
import { createDirectCalls } from './1-direct-calls.ts';
import { createFloatingPromises } from './2-floating-promises.ts';
import { createEventEmitter } from './3-event-emitter.ts';
import { createHooksOnly } from './4-hooks.ts';
import { createHardened } from './5-hardened.ts';

type GameImplementation = Implementation<Settings, World, GameSystem>;

/** Makes a system in a world, and has the world measure it. */
const inWorld =
  (create: CreateSystem): GameImplementation['create'] =>
  (context, world) => {
    const system = create(context, world.services);
    world.measure(system);
    return system;
  };

/** The five ways to build it, in the order in which a team lives through them. */
export const implementations: readonly GameImplementation[] = [
  {
    name: 'direct-calls',
    title: '1. direct calls',
    flaw: 'everything that follows an action is awaited inside the tick, for all players',
    breaks: ['tick-p99', 'only-sheddable-shed', 'no-impossible-action', 'anti-cheat'],
    create: inWorld(createDirectCalls),
  },
  {
    name: 'floating-promises',
    title: '2. floating promises',
    flaw: 'calls are started and forgotten: unheard, overtaking each other, and each rejection ends the process',
    breaks: [
      'no-unhandled-rejection',
      'leaderboard-exact',
      'no-lost-reward',
      'only-sheddable-shed',
      'tick-p99',
    ],
    create: inWorld(createFloatingPromises),
  },
  {
    name: 'event-emitter',
    title: '3. event emitter',
    flaw: 'a listener that throws ends the tick; listeners leak; what failed is blindly repeated',
    breaks: [
      'honest-state',
      'no-double-reward',
      'near-is-seen',
      'nothing-left-behind',
      'only-sheddable-shed',
    ],
    create: inWorld(createEventEmitter),
  },
  {
    name: 'hooks',
    title: '4. hooks',
    flaw: 'the tick is safe, but one pool serves vital and cosmetic alike, and drops what is too much',
    breaks: [
      'no-lost-reward',
      'leaderboard-exact',
      'honest-state',
      'only-sheddable-shed',
      'tick-p99',
    ],
    create: inWorld(createHooksOnly),
  },
  {
    name: 'hardened',
    title: '5. hardened',
    flaw: 'none known: lanes, shedding that is accounted for, interest management, anti-cheat first',
    breaks: [],
    create: inWorld(createHardened),
  },
];
