import type { Redis } from 'ioredis';
import { z } from 'zod';
import { sleep } from '../../resilience/index.ts';
import { type Flow, type FlowTypes, flowWords } from '../index.ts';

const entry = z.object({ id: z.string(), account: z.string() });
const events = { sent: entry, paid: entry, booked: entry };

/** Three steps: an effect on a service, an ordered step with a table, an effect that may be repeated. */
export interface Ledger extends FlowTypes {
  readonly events: typeof events;
  readonly outside: {
    /** A service that knows a repetition by its key. */
    readonly pay: (key: string) => Promise<void>;
    readonly note: (id: string) => Promise<void>;
  };
  readonly tables: { readonly accounts: { readonly entries: number } };
}

export const accounts = Array.from({ length: 12 }, (_, index) => `account-${index}`);

const { step, defineFlow } = flowWords<Ledger>();
const byId = { key: ({ id }: { readonly id: string }) => id };
/** A step is in flight for long enough to be killed in the middle. */
const workMs = 5;
const work = () => sleep(workMs);

export const ledger: Flow<Ledger> = defineFlow({
  name: 'ledger',
  events,
  steps: [
    step('pay', {
      on: 'sent',
      idempotent: byId,
      async run(data, { outside, idempotencyKey }) {
        await outside.pay(idempotencyKey);
        await work();
        return { event: 'paid', data };
      },
    }),
    step('book', {
      on: 'paid',
      idempotent: byId,
      key: ({ account }) => account,
      async run(data, { tables }) {
        const { entries = 0 } = (await tables.get('accounts', data.account)) ?? {};
        await work();
        tables.set('accounts', data.account, { entries: entries + 1 });
        return { event: 'booked', data };
      },
    }),
    step('note', {
      on: 'booked',
      idempotent: { byNature: 'a set holds an id once' },
      run: ({ id }, { outside }) => outside.note(id),
    }),
  ],
});

/** What is counted outside: calls of the service, payments that it made, ids that came to the end. */
export const counted = { calls: 'test:calls', payments: 'test:payments', noted: 'test:noted' };

export function outsideOf(redis: Redis): Ledger['outside'] {
  return {
    async pay(key) {
      await redis.multi().incr(counted.calls).sadd(counted.payments, key).exec();
    },
    async note(id) {
      await redis.sadd(counted.noted, id);
    },
  };
}
