import type { Implementation } from '@firedrill/core/scenario';
import type { CollaborationSystem, CreateSystem } from '../system.ts';
import type { Settings } from '../settings.ts';
import type { World } from '../world.ts';
import { createDirectCalls } from './1-direct-calls.ts';
import { createFloatingPromises } from './2-floating-promises.ts';
import { createEventEmitter } from './3-event-emitter.ts';
import { createHooksOnly } from './4-hooks.ts';
import { createHardened } from './5-hardened.ts';

type CanvasImplementation = Implementation<Settings, World, CollaborationSystem>;

/** Makes a system in a world, and has the world measure it. */
const inWorld =
  (create: CreateSystem): CanvasImplementation['create'] =>
  (context, world) => {
    const system = create(context, world.services);
    world.measure(system);
    return system;
  };

/** The five ways to build it, in the order in which a team lives through them. */
export const implementations: readonly CanvasImplementation[] = [
  {
    name: 'direct-calls',
    title: '1. direct calls',
    flaw: 'every action awaits the store, each receiver in turn, presence, history and analytics',
    breaks: ['own-action', 'collaborators', 'replicas-converge', 'only-what-the-role-may-see'],
    create: inWorld(createDirectCalls),
  },
  {
    name: 'floating-promises',
    title: '2. floating promises',
    flaw: 'everything is started and forgotten: refusals go unheard, messages overtake each other',
    breaks: ['no-unhandled-rejection', 'replicas-converge', 'no-edit-lost', 'history-complete'],
    create: inWorld(createFloatingPromises),
  },
  {
    name: 'event-emitter',
    title: '3. event emitter',
    flaw: 'lost connections stay listeners that are sent everything; one that throws silences the rest',
    breaks: ['memory-bounded', 'nothing-left-behind', 'replicas-converge', 'no-edit-lost'],
    create: inWorld(createEventEmitter),
  },
  {
    name: 'hooks',
    title: '4. hooks',
    flaw: 'cursors and edits share one bounded queue, and the edit that finds it full is forgotten',
    breaks: ['replicas-converge', 'no-edit-lost', 'history-complete', 'only-what-the-role-may-see'],
    create: inWorld(createHooksOnly),
  },
  {
    name: 'hardened',
    title: '5. hardened',
    flaw: 'none known: local first, a CRDT, each role its own view, a cadence for each kind of news',
    breaks: [],
    create: inWorld(createHardened),
  },
];
