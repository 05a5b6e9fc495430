import type { Implementation } from '@firedrill/core/scenario';
import type { PaymentSystem } from '../system.ts';
import type { CreateSystem } from '../system.ts';
import type { Settings } from '../settings.ts';
import type { World } from '../world.ts';
import { createDirectCalls } from './1-direct-calls.ts';
import { createFloatingPromises } from './2-floating-promises.ts';
import { createEventEmitter } from './3-event-emitter.ts';
import { createHooksOnly } from './4-hooks.ts';
import { createHardened } from './5-hardened.ts';

type PaymentImplementation = Implementation<Settings, World, PaymentSystem>;

/** Makes a system in a world, and has the world measure it. */
const inWorld =
  (create: CreateSystem): PaymentImplementation['create'] =>
  (context, world) => {
    const system = create(context, world.services);
    world.measure(system);
    return system;
  };

/** The five ways to build it, in the order in which a team lives through them. */
export const implementations: readonly PaymentImplementation[] = [
  {
    name: 'direct-calls',
    title: '1. direct calls',
    flaw: 'everything that follows a payment is awaited inside it, on a database connection',
    breaks: ['no-double-charge', 'no-money-in-limbo', 'webhooks-accounted', 'authorisation-p99'],
    create: inWorld(createDirectCalls),
  },
  {
    name: 'floating-promises',
    title: '2. floating promises',
    flaw: 'calls are started and forgotten: unbounded, unheard, and each rejection ends the process',
    breaks: ['no-unhandled-rejection', 'webhooks-accounted', 'no-double-charge'],
    create: inWorld(createFloatingPromises),
  },
  {
    name: 'event-emitter',
    title: '3. event emitter',
    flaw: 'a listener that throws fails the payment; listeners leak; errors go where nobody looks',
    breaks: ['nothing-left-behind', 'no-double-charge', 'webhooks-accounted'],
    create: inWorld(createEventEmitter),
  },
  {
    name: 'hooks',
    title: '4. hooks',
    flaw: 'the payment is safe, but one pool serves sick and healthy alike, and drops what is too much',
    breaks: ['webhooks-accounted', 'healthy-merchants', 'no-double-charge'],
    create: inWorld(createHooksOnly),
  },
  {
    name: 'hardened',
    title: '5. hardened',
    flaw: 'none known: breakers, lanes, retries, dead letters, idempotency, bounded in every place',
    breaks: [],
    create: inWorld(createHardened),
  },
];
