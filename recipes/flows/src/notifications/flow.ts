import { type DataOf, flowWords, type FlowTypes } from '@firedrill/core/flows';
import { type Client, ServiceError, withTimeout } from '@firedrill/core/services';
import { z } from 'zod';
import { channels, quietForMs, routeOf, textOf } from './routing.ts';
import type { NotificationServices } from './services.ts';

/*
 * Validate, route, process, audit. One request becomes one message a channel, each with its own fate:
 *
 *   requested > message.urgent | message.ready > message.sent | message.failed   (all of them audited)
 */

const request = z.object({
  id: z.string().min(1),
  userId: z.string().min(1),
  category: z.enum(['critical', 'transactional', 'marketing']),
  template: z.string(),
  values: z.record(z.string(), z.string()),
});
/** One text for one address. Its id is the request's and the channel's: nobody gets it twice. */
const message = z.object({
  id: z.string(),
  requestId: z.string(),
  channel: z.enum(channels),
  address: z.string(),
  text: z.string(),
  isUrgent: z.boolean(),
});
const fate = message.extend({ fate: z.enum(['sent', 'suppressed', 'bounced', 'failed']) });
const dropped = z.object({ requestId: z.string(), why: z.string() });

export const events = {
  'notification.requested': request,
  'notification.dropped': dropped,
  'message.urgent': message,
  'message.ready': message,
  'message.settled': fate,
};

export interface Notifications extends FlowTypes {
  readonly events: typeof events;
  readonly outside: {
    readonly [Name in keyof NotificationServices]: Client<NotificationServices[Name]['operations']>;
  };
  readonly tables: object;
}

type Provider = 'first' | 'second';
type Message = DataOf<Notifications, 'message.ready'>;
type Outside = Notifications['outside'];

const { step, defineFlow } = flowWords<Notifications>();

const byId = { key: ({ id }: { readonly id: string }) => id };
const quick = { initialMs: 100, maxMs: 1_000, factor: 2, jitter: 'full' } as const;
const slow = { initialMs: 500, maxMs: 15_000, factor: 2, jitter: 'equal' } as const;
/** Four times the slowest ordinary answer of a provider. */
const answerMs = 1_500;
/** A provider that refuses what it is given for good: blocked (403), gone (410), not valid (400, 422). */
const refusals: ReadonlySet<number> = new Set([400, 403, 410, 422]);

export const notifications = defineFlow({
  name: 'notifications',
  events,
  steps: [
    step('route', {
      on: 'notification.requested',
      idempotent: byId,
      concurrency: 64,
      retry: { maxAttempts: Infinity, backoff: slow },
      async run(data, { outside, now }) {
        const { preferences, addresses } = await withTimeout(outside.directory, answerMs).find({
          userId: data.userId,
        });
        const chosen = routeOf(data, preferences);
        const texts = chosen.map((channel) => textOf(data, channel));
        if (chosen.length === 0 || texts.includes(undefined)) {
          const why = chosen.length === 0 ? 'unwanted' : 'no such template';
          return { event: 'notification.dropped', data: { requestId: data.id, why } };
        }
        const isUrgent = data.category === 'critical';
        const delayMs = isUrgent ? 0 : quietForMs(now(), preferences);
        return chosen.map((channel, index) => ({
          event: isUrgent ? ('message.urgent' as const) : ('message.ready' as const),
          data: {
            id: `${data.id}-${channel}`,
            requestId: data.id,
            channel,
            address: addresses[channel],
            text: texts[index] ?? '',
            isUrgent,
          },
          delayMs,
        }));
      },
    }),
    step('send-urgent', {
      // Workers of their own: a campaign cannot stand in front of an alarm.
      on: 'message.urgent',
      idempotent: byId,
      concurrency: 32,
      retry: { maxAttempts: 60, backoff: quick },
      // An alarm twice is better than none: who does not answer is passed over at once.
      run: (data, { outside, attempt }) =>
        deliver(data, outside, attempt % 2 === 1 ? 'first' : 'second', attempt),
      whenDead: (data) => settled(data, 'failed'),
    }),
    step('send', {
      on: 'message.ready',
      idempotent: byId,
      concurrency: 48,
      retry: { maxAttempts: 60, backoff: slow },
      async run(data, { outside, attempt }) {
        if (attempt <= 2) return deliver(data, outside, 'first', attempt);
        // The other one gets it only when this one is certain never to send it, not late either.
        const { isSent } = await providerOf(data, outside, 'first').cancel({ id: data.id });
        return isSent ? settled(data, 'sent') : deliver(data, outside, 'second', attempt);
      },
      whenDead: (data) => settled(data, 'failed'),
    }),
    step('audit', {
      on: 'message.settled',
      idempotent: { byNature: 'an entry has the id of its message, and is written over by itself' },
      concurrency: 64,
      retry: { maxAttempts: Infinity, backoff: slow },
      async run({ id, requestId, channel, fate: how }, { outside }) {
        await withTimeout(outside.audit, answerMs).write({ id, requestId, channel, fate: how });
      },
    }),
    step('audit-dropped', {
      on: 'notification.dropped',
      idempotent: { byNature: 'an entry has the id of its request, and is written over by itself' },
      retry: { maxAttempts: Infinity, backoff: slow },
      async run({ requestId, why }, { outside }) {
        await withTimeout(outside.audit, answerMs).write({
          id: requestId,
          requestId,
          channel: 'none',
          fate: why,
        });
      },
    }),
  ],
});

/** Sends a message over one provider, unless its address is on the list of those who must not get any. */
async function deliver(data: Message, outside: Outside, provider: Provider, attempt: number) {
  const { id, address, text } = data;
  const directory = withTimeout(outside.directory, answerMs);
  const { isSuppressed } = await directory.suppression({ address });
  if (isSuppressed) {
    // It was put on the list after an attempt whose answer was lost: only its provider knows.
    for (const tried of (['first', 'second'] as const).slice(0, attempt - 1)) {
      const { isSent } = await providerOf(data, outside, tried).cancel({ id });
      if (isSent) return settled(data, 'sent');
    }
    return settled(data, 'suppressed');
  }
  try {
    await providerOf(data, outside, provider).send({ id, address, text });
    return settled(data, 'sent');
  } catch (error) {
    if (!(error instanceof ServiceError && refusals.has(error.status))) throw error;
    // It bounced: nothing is to be sent there again.
    await directory.suppress({ address });
    return settled(data, 'bounced');
  }
}

const settled = (data: Message, how: 'sent' | 'suppressed' | 'bounced' | 'failed') =>
  ({ event: 'message.settled', data: { ...data, fate: how } }) as const;

function providerOf(
  { channel }: Message,
  { email, sms, push, email2, sms2, push2 }: Outside,
  which: Provider,
) {
  const of = which === 'first' ? { email, sms, push } : { email: email2, sms: sms2, push: push2 };
  return withTimeout(of[channel], answerMs);
}
