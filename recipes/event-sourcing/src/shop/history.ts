import { faker } from '@faker-js/faker/locale/en';
import type { StreamId } from '@firedrill/core/event-store';
import type { ShopEvent } from './events.ts';

/** One thing that happens in the shop. */
export interface ShopHappening {
  readonly stream: StreamId;
  /** Version of its stream before it. */
  readonly expectedVersion: number;
  readonly event: ShopEvent;
}

export interface HistoryOptions {
  /** Number of events. */
  readonly events: number;
  /** The same seed gives the same history. */
  readonly seed: number;
  /** Keeps the ids of a later history apart from those of an earlier one. Default: 0. */
  readonly after?: number;
}

interface Order {
  readonly stream: StreamId;
  readonly cents: number;
  state: 'placed' | 'paid' | 'closed';
  version: number;
}

/** So many orders are under way at once: their events stand between each other in the global order. */
const openOrders = 12;

/** What happens in a shop: people register, order, pay or think better of it, and get their parcel. */
export function shopHistory({ events, seed, after = 0 }: HistoryOptions): readonly ShopHappening[] {
  faker.seed([seed, after]);
  const customers: string[] = [];
  const open: Order[] = [];
  return Array.from({ length: events }, (_, index) => {
    const number = after + index + 1;
    if (index % 6 === 0) {
      const name = faker.person.fullName();
      customers.push(name);
      return register(number, name);
    }
    const customer = faker.helpers.arrayElement(customers);
    const isNew = open.length < openOrders || faker.datatype.boolean(0.3);
    const order = isNew ? undefined : faker.helpers.arrayElement(open);
    if (order === undefined) return place(number, customer, open);
    const happening = advance(order);
    if (order.state === 'closed') open.splice(open.indexOf(order), 1);
    return happening;
  });
}

function register(number: number, name: string): ShopHappening {
  const stream = { category: 'user', id: `user-${number}` };
  const email = `${name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}@example.org`;
  return { stream, expectedVersion: 0, event: { type: 'user.registered', data: { name, email } } };
}

function place(number: number, customer: string, open: Order[]): ShopHappening {
  const stream = { category: 'order', id: `order-${number}` };
  const cents = faker.number.int({ min: 500, max: 50_000 });
  const product = faker.commerce.productName();
  open.push({ stream, cents, state: 'placed', version: 1 });
  const event: ShopEvent = { type: 'order.placed', data: { customer, product, cents } };
  return { stream, expectedVersion: 0, event };
}

function advance(order: Order): ShopHappening {
  const { stream, version: expectedVersion } = order;
  const event = nextEvent(order);
  order.version += 1;
  order.state = event.type === 'order.paid' ? 'paid' : 'closed';
  return { stream, expectedVersion, event };
}

function nextEvent({ state, cents }: Order): ShopEvent {
  if (state === 'paid') {
    return { type: 'order.shipped', data: { carrier: faker.helpers.arrayElement(carriers) } };
  }
  if (faker.datatype.boolean(0.15)) {
    return { type: 'order.cancelled', data: { reason: 'changed their mind' } };
  }
  return { type: 'order.paid', data: { cents } };
}

const carriers = ['by bike', 'by van', 'by drone'] as const;
