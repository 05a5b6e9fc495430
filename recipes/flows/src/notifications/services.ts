import { defineService, ServiceFailure } from '@firedrill/core/services';
import { z } from 'zod';
import { type Channel, channels, type Preferences } from './routing.ts';

/** A user, as the world has drawn it. */
export interface User {
  readonly preferences: Preferences;
  readonly addresses: Readonly<Record<Channel, string>>;
}

/** A text that reached somebody. */
export interface Sent {
  readonly id: string;
  readonly provider: string;
  readonly address: string;
  readonly channel: Channel;
  readonly atMs: number;
}

/** Kept by the services, for the judge. */
export interface Ledger {
  readonly users: ReadonlyMap<string, User>;
  readonly sent: Sent[];
  readonly onSent: (sent: Sent) => void;
  /** Since when nothing may be sent to an address. */
  readonly blockedSince: Map<string, number>;
  /** Addresses that bounce. */
  readonly dead: ReadonlySet<string>;
  /** Entries of the audit by their id. */
  readonly audit: Map<string, string>;
}

/** The services around it, which write down what they did. */
export function createNotificationServices(ledger: Ledger) {
  const { users, sent, onSent, blockedSince, dead, audit } = ledger;

  const provider = (name: string, channel: Channel) => {
    const known = new Set<string>();
    const cancelled = new Set<string>();
    return defineService({
      name,
      baseUrl: `https://${name}.test`,
      latency: { p50Ms: 70, p99Ms: 350 },
      operations: {
        send: {
          method: 'POST',
          path: '/messages',
          input: z.object({ id: z.string(), address: z.string(), text: z.string() }),
          handle: ({ id, address }, { nowMs }) => {
            if (known.has(id)) return { id };
            if (cancelled.has(id)) throw new ServiceFailure(409, 'it was cancelled');
            if (dead.has(address)) throw new ServiceFailure(410, 'nobody there');
            known.add(id);
            const entry: Sent = { id, provider: name, address, channel, atMs: nowMs };
            sent.push(entry);
            onSent(entry);
            return { id };
          },
        },
        cancel: {
          method: 'POST',
          path: '/messages/:id/cancel',
          input: z.object({ id: z.string() }),
          handle: ({ id }) => {
            cancelled.add(id);
            return { isSent: known.has(id) };
          },
        },
      },
    });
  };

  const directory = defineService({
    name: 'directory',
    baseUrl: 'https://directory.test',
    latency: { p50Ms: 8, p99Ms: 40 },
    operations: {
      find: {
        method: 'GET',
        path: '/users/:userId',
        handle: ({ userId }) => {
          const user = users.get(userId);
          if (user === undefined) throw new ServiceFailure(404, 'no such user');
          return user;
        },
      },
      suppression: {
        method: 'GET',
        path: '/suppressed/:address',
        handle: ({ address }) => ({ isSuppressed: blockedSince.has(address) }),
      },
      suppress: {
        method: 'POST',
        path: '/suppressed',
        input: z.object({ address: z.string() }),
        handle: ({ address }, { nowMs }) => {
          if (!blockedSince.has(address)) blockedSince.set(address, nowMs);
          return {};
        },
      },
    },
  });

  const log = defineService({
    name: 'audit',
    baseUrl: 'https://audit.test',
    latency: { p50Ms: 20, p99Ms: 80 },
    operations: {
      write: {
        method: 'PUT',
        path: '/entries',
        input: z.object({
          id: z.string(),
          requestId: z.string(),
          channel: z.enum([...channels, 'none']),
          fate: z.string(),
        }),
        handle: ({ id, fate }) => {
          audit.set(id, fate);
          return {};
        },
      },
    },
  });

  return {
    email: provider('email', 'email'),
    email2: provider('email-2', 'email'),
    sms: provider('sms', 'sms'),
    sms2: provider('sms-2', 'sms'),
    push: provider('push', 'push'),
    push2: provider('push-2', 'push'),
    directory,
    audit: log,
  };
}

export type NotificationServices = ReturnType<typeof createNotificationServices>;
