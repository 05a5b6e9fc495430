import type { PhaseContext } from '@firedrill/core/scenario';
import { defineService, ServiceFailure } from '@firedrill/core/services';
import { z } from 'zod';
import { createDevices, handshakeLimitMs } from './devices.ts';
import { type AccessChange, roles, shapeSchema } from './domain.ts';
import { createLinks } from './links.ts';
import { stampSchema } from './protocol.ts';
import type { Settings } from './settings.ts';
import { createTruth } from './truth.ts';

/** Names of the services, for faults: `--fault history:error@10:02-10:03`. */
export const serviceNames = [
  'connections',
  'permissions',
  'access-changes',
  'document-store',
  'push',
  'presence',
  'history',
  'analytics',
] as const;

/** What each call takes on an ordinary day. */
export const latencies = {
  connections: { p50Ms: 60, p99Ms: 150 },
  permissions: { p50Ms: 150, p99Ms: 250 },
  'access-changes': { p50Ms: 40, p99Ms: 120 },
  load: { p50Ms: 80, p99Ms: 200 },
  save: { p50Ms: 500, p99Ms: 800 },
  push: { p50Ms: 200, p99Ms: 320 },
  presence: { p50Ms: 100, p99Ms: 180 },
  history: { p50Ms: 300, p99Ms: 480 },
  analytics: { p50Ms: 200, p99Ms: 350 },
} as const;

/** A decision of an admin as it is made known to every server, with its number. */
export interface NumberedAccessChange extends AccessChange {
  /** Counts up: of two decisions, the one with the higher number holds. */
  readonly number: number;
}

/** Everything outside our process, and the truth that the checks compare with. */
export type Services = ReturnType<typeof createServices>;

export function createServices(context: PhaseContext<Settings>) {
  const { network, settings } = context;
  const truth = createTruth(context);
  const links = createLinks(context, truth);

  const connections = network.connect(
    defineService({
      name: 'connections',
      baseUrl: 'https://connections.example',
      latency: latencies.connections,
      operations: {
        open: {
          method: 'POST',
          path: '/handshakes',
          input: z.object({ personId: z.string() }),
          handle: () => ({ accepted: true }),
        },
      },
    }),
  );
  const devices = createDevices({
    context,
    truth,
    links,
    handshake: (personId) =>
      connections.open({ personId }, { key: personId, timeoutMs: handshakeLimitMs }),
  });

  const accessChanges = network.channel<NumberedAccessChange>({
    name: 'access-changes',
    latency: latencies['access-changes'],
    keyOf: ({ personId }) => personId,
  });
  const roleSchema = z.enum(roles).nullable();
  const permissions = network.connect(
    defineService({
      name: 'permissions',
      baseUrl: 'https://permissions.example',
      latency: latencies.permissions,
      operations: {
        check: {
          method: 'POST',
          path: '/checks',
          input: z.object({ roomId: z.string(), personId: z.string() }),
          handle: ({ personId }) => ({
            role: truth.roleOf(personId) ?? null,
            number: truth.totals.decisions,
          }),
        },
        decide: {
          method: 'POST',
          path: '/decisions',
          input: z.object({
            roomId: z.string(),
            personId: z.string(),
            role: roleSchema,
            by: z.string(),
          }),
          handle: ({ role, ...rest }) => {
            const change = { ...rest, role: role ?? undefined };
            const number = truth.decide(change);
            accessChanges.send({ ...change, number });
            return { number };
          },
        },
      },
    }),
  );

  /** What is stored outlives every process: a document as text, under the name of its room. */
  const documents = new Map<string, string>();
  const documentStore = network.connect(
    defineService({
      name: 'document-store',
      baseUrl: 'https://documents.example',
      latency: latencies.save,
      limits: { concurrency: settings.storeConnections, queue: settings.storeConnections },
      operations: {
        save: {
          method: 'PUT',
          path: '/documents',
          input: z.object({ roomId: z.string(), document: z.string() }),
          handle: ({ roomId, document }) => {
            documents.set(roomId, document);
            return { saved: true };
          },
        },
        load: {
          method: 'POST',
          path: '/loads',
          latency: latencies.load,
          input: z.object({ roomId: z.string() }),
          handle: ({ roomId }) => ({ document: documents.get(roomId) ?? null }),
        },
      },
    }),
  );

  /** One call for each receiver, as gateways for serverless backends have it. */
  const push = network.connect(
    defineService({
      name: 'push',
      baseUrl: 'https://push.example',
      latency: latencies.push,
      operations: {
        deliver: {
          method: 'POST',
          path: '/deliveries',
          input: z.object({
            personId: z.string(),
            sentAtMs: z.number(),
            shapes: z.array(shapeSchema),
            stamps: z.array(stampSchema),
          }),
          handle: ({ personId, sentAtMs, shapes, stamps }) => {
            const message = {
              type: 'shapes',
              isWhole: false,
              shapes,
              removed: [],
              stamps,
            } as const;
            const isReached = devices.push(personId, message, sentAtMs);
            if (!isReached) throw new ServiceFailure(410, 'the connection is gone');
            return { delivered: true };
          },
        },
      },
    }),
  );

  const presence = network.connect(
    defineService({
      name: 'presence',
      baseUrl: 'https://presence.example',
      latency: latencies.presence,
      operations: {
        update: {
          method: 'POST',
          path: '/updates',
          input: z.object({ roomId: z.string(), personId: z.string(), label: z.string() }),
          handle: () => ({ accepted: true }),
        },
      },
    }),
  );

  const history = network.connect(
    defineService({
      name: 'history',
      baseUrl: 'https://history.example',
      latency: latencies.history,
      operations: {
        append: {
          method: 'POST',
          path: '/entries',
          input: z.object({ entries: z.array(stampSchema) }),
          handle: ({ entries }) => {
            truth.recorded(entries.map(({ id }) => id));
            return { appended: entries.length };
          },
        },
      },
    }),
  );

  const analytics = network.connect(
    defineService({
      name: 'analytics',
      baseUrl: 'https://analytics.example',
      latency: latencies.analytics,
      operations: {
        track: {
          method: 'POST',
          path: '/events',
          input: z.object({ name: z.string(), count: z.int() }),
          handle: () => ({ accepted: true }),
        },
      },
    }),
  );

  return {
    truth,
    links,
    devices,
    accessChanges,
    permissions,
    documentStore,
    push,
    presence,
    history,
    analytics,
  };
}
