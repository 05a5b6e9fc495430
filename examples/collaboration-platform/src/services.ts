import { definePort, type WorldContext } from '@firedrill/core/scenario';
import { defineChannel, defineService, ServiceFailure } from '@firedrill/core/services';
import { z } from 'zod';
import { type AccessChange, roles, shapeSchema } from './domain.ts';
import { stampSchema } from './domain/protocol.ts';
import { latencies } from './services/latencies.ts';
import { createDeeds, type Truth } from './truth.ts';
import type { Canvases } from './types.ts';
import { createWorld } from './world.ts';

/** A decision of an admin as it is made known to every server, with its number. */
export interface NumberedAccessChange extends AccessChange {
  /** Counts up: of two decisions, the one with the higher number holds. */
  readonly number: number;
}

/** Everything outside of the platform's own code, and the truth that the rules compare with. */
export function createServices(context: WorldContext<Canvases>) {
  const { settings } = context;
  const deeds = createDeeds(context);
  const world = createWorld(context, deeds);

  const connections = defineService({
    name: 'connections',
    baseUrl: 'https://connections.example',
    keys: 'people',
    latency: latencies.connections,
    operations: {
      open: {
        method: 'POST',
        path: '/handshakes',
        input: inputs.open,
        handle: () => ({ accepted: true }),
      },
    },
  });
  const accessChanges = defineChannel<NumberedAccessChange>({
    name: 'access-changes',
    latency: latencies['access-changes'],
    keyOf: ({ personId }) => personId,
    keys: 'people',
  });
  /** A fencing token (Kleppmann 2017): which start of the server asked last. */
  let newestStart = 0;
  const permissions = defineService({
    name: 'permissions',
    baseUrl: 'https://permissions.example',
    latency: latencies.permissions,
    operations: {
      check: {
        method: 'POST',
        path: '/checks',
        input: inputs.check,
        handle: ({ personId, start = 0 }) => {
          newestStart = Math.max(newestStart, start);
          return { role: deeds.roleOf(personId) ?? null, number: deeds.totals.decisions };
        },
      },
      decide: {
        method: 'POST',
        path: '/decisions',
        input: inputs.decide,
        handle: ({ role, start = newestStart, ...rest }) => {
          // Whoever was let in since then has been told the role of before: too late.
          if (start < newestStart) throw new ServiceFailure(409, 'a newer server has taken over');
          const change = { ...rest, role: role ?? undefined };
          const number = deeds.decide(change);
          accessChanges.send({ ...change, number });
          return { number };
        },
      },
    },
  });

  /** What is stored outlives every process: a document as text, under the name of its room. */
  const documents = new Map<string, { readonly document: string; readonly version: number }>();
  const documentStore = defineService({
    name: 'document-store',
    baseUrl: 'https://documents.example',
    keys: 'rooms',
    latency: latencies.save,
    limits: { concurrency: settings.storeConnections, queue: settings.storeConnections },
    operations: {
      /** Saves a document, unless one with a higher version is there; without one, whatever is there. */
      save: {
        method: 'PUT',
        path: '/documents',
        input: inputs.save,
        handle: ({ roomId, document, version = Infinity }) => {
          const known = documents.get(roomId)?.version ?? 0;
          if (version >= known || known === Infinity) documents.set(roomId, { document, version });
          deeds.growth?.saved(roomId, document, logged.get(roomId)?.length ?? 0);
          return { saved: true };
        },
      },
      load: {
        method: 'POST',
        path: '/loads',
        latency: latencies.load,
        input: inputs.load,
        handle: ({ roomId }) => ({ document: documents.get(roomId)?.document ?? null }),
      },
    },
  });

  /** What is not in a saved document yet, or not in the history, by room and in the order in which it came. */
  const logged = new Map<string, LoggedUpdate[]>();
  let position = 0;
  let newestLogStart = 0;
  const heardOf = (start: number): void => {
    newestLogStart = Math.max(newestLogStart, start);
  };
  const editLog = defineService({
    name: 'edit-log',
    baseUrl: 'https://edit-log.example',
    latency: latencies['edit-log'],
    operations: {
      /** Adds updates; gives the position of the last. The same ones may come twice. */
      append: {
        method: 'POST',
        path: '/entries',
        input: inputs.log,
        handle: ({ roomId, entries, start = newestLogStart }) => {
          if (start < newestLogStart)
            throw new ServiceFailure(409, 'a newer server has taken over');
          heardOf(start);
          const inRoom = logged.get(roomId) ?? [];
          for (const entry of entries) inRoom.push({ ...entry, position: (position += 1) });
          logged.set(roomId, inRoom);
          return { position };
        },
      },
      read: {
        method: 'POST',
        path: '/reads',
        input: inputs.read,
        handle: ({ roomId, start = newestLogStart }) => {
          heardOf(start);
          return { entries: [...(logged.get(roomId) ?? [])] };
        },
      },
      /** Forgets what came up to a position. */
      trim: {
        method: 'POST',
        path: '/trims',
        input: inputs.trim,
        handle: ({ roomId, upTo }) => {
          const left = (logged.get(roomId) ?? []).filter((entry) => entry.position > upTo);
          if (left.length > 0) logged.set(roomId, left);
          else logged.delete(roomId);
          return { trimmed: true };
        },
      },
      /** Rooms of which something is left. */
      rooms: {
        method: 'POST',
        path: '/rooms',
        input: inputs.rooms,
        handle: ({ start = newestLogStart }) => {
          heardOf(start);
          return { rooms: [...logged.keys()] };
        },
      },
    },
  });

  /** One call for each receiver, as gateways for serverless backends have it. */
  const push = defineService({
    name: 'push',
    baseUrl: 'https://push.example',
    keys: 'people',
    latency: latencies.push,
    operations: {
      deliver: {
        method: 'POST',
        path: '/deliveries',
        input: inputs.deliver,
        handle: ({ personId, sentAtMs, shapes, stamps }) => {
          const message = {
            type: 'shapes',
            isWhole: false,
            shapes,
            removed: [],
            stamps,
          } as const;
          const isReached = world.devices.push(personId, message, sentAtMs);
          if (!isReached) throw new ServiceFailure(410, 'the connection is gone');
          return { delivered: true };
        },
      },
    },
  });

  const presence = defineService({
    name: 'presence',
    baseUrl: 'https://presence.example',
    latency: latencies.presence,
    operations: {
      update: {
        method: 'POST',
        path: '/updates',
        input: inputs.update,
        handle: () => ({ accepted: true }),
      },
    },
  });

  const history = defineService({
    name: 'history',
    baseUrl: 'https://history.example',
    latency: latencies.history,
    operations: {
      append: {
        method: 'POST',
        path: '/entries',
        input: inputs.append,
        handle: ({ entries }) => {
          deeds.recorded(entries);
          return { appended: entries.length };
        },
      },
    },
  });

  const analytics = defineService({
    name: 'analytics',
    baseUrl: 'https://analytics.example',
    latency: latencies.analytics,
    operations: {
      track: {
        method: 'POST',
        path: '/events',
        input: inputs.track,
        handle: ({ count }) => {
          deeds.tracked(count);
          return { accepted: true };
        },
      },
    },
  });

  const outside = {
    devices: definePort({
      name: 'devices',
      open: ({ onEnd }) => world.devices.port(onEnd),
    }),
    connections,
    accessChanges,
    permissions,
    documentStore,
    editLog,
    push,
    presence,
    history,
    analytics,
  };
  const truth: Truth = Object.assign(deeds, { world });
  return { outside, truth };
}

const logEntrySchema = z.object({
  personId: z.string(),
  update: z.string(),
  stamps: z.array(stampSchema),
  generation: z.int().optional(),
  isWhole: z.boolean().optional(),
});

/** An update of a document in the log, with its position, which counts up. */
type LoggedUpdate = Readonly<z.infer<typeof logEntrySchema>> & { readonly position: number };

/** What operations take. Made once for all worlds: a new schema is compiled anew, and starts slowly. */
const inputs = {
  open: z.object({ personId: z.string() }),
  check: z.object({ roomId: z.string(), personId: z.string(), start: z.int().optional() }),
  decide: z.object({
    roomId: z.string(),
    personId: z.string(),
    role: z.enum(roles).nullable(),
    by: z.string(),
    start: z.int().optional(),
  }),
  save: z.object({
    roomId: z.string(),
    document: z.string(),
    version: z.number().optional(),
  }),
  load: z.object({ roomId: z.string() }),
  log: z.object({
    roomId: z.string(),
    entries: z.array(logEntrySchema),
    start: z.int().optional(),
  }),
  read: z.object({ roomId: z.string(), start: z.int().optional() }),
  trim: z.object({ roomId: z.string(), upTo: z.int() }),
  rooms: z.object({ start: z.int().optional() }),
  deliver: z.object({
    personId: z.string(),
    sentAtMs: z.number(),
    shapes: z.array(shapeSchema),
    stamps: z.array(stampSchema),
  }),
  update: z.object({ roomId: z.string(), personId: z.string(), label: z.string() }),
  append: z.object({ entries: z.array(stampSchema) }),
  track: z.object({ name: z.string(), count: z.int() }),
};
