import { createMemoryEventStore, MemoryDatabase } from '@firedrill/core/event-store';
import { overWay, storeOperations } from '@firedrill/core/event-store/way';
import { defineService } from '@firedrill/core/services';
import {
  definePool,
  definePort,
  defineReference,
  type WorldContext,
} from '@firedrill/core/scenario';
import { z } from 'zod';
import { entrySchema } from './domain.ts';
import { secretKey } from './implementations/hardened/cipher.ts';
import { catalogue } from './implementations/hardened/events.ts';
import { createSigner } from './log/signing.ts';
import { createCurious } from './clients/curious.ts';
import { createDesks } from './clients/desks.ts';
import { createCalendar } from './services/calendar.ts';
import { createCare } from './services/care.ts';
import { createClinic } from './services/clinic.ts';
import { createConsents } from './services/consents.ts';
import { createKms } from './services/kms.ts';
import { auditConcurrency, latencies, storeTimeoutMs } from './services/latencies.ts';
import { observed } from './services/observed-store.ts';
import { createProviders } from './services/providers.ts';
import { createRecords } from './services/records.ts';
import type { LogFile } from './system.ts';
import { createDeeds, type Truth } from './truth.ts';
import type { Clinics } from './types.ts';
import { createAttempts, measureWorld } from './world.ts';

const appointmentSchema = z.object({
  requestId: z.string(),
  appointmentId: z.string(),
  slotId: z.string(),
  patientId: z.string(),
});

const of = { requestId: z.string(), patientId: z.string() };
const wrappedKey = z.object({ masterVersion: z.int(), wrapped: z.string() });

/** Everything outside of the platform's own processes, and the truth that the rules compare with. */
export function createServices(context: WorldContext<Clinics>) {
  const { random, settings, elapsedMs } = context;
  const clinic = createClinic(settings, random('clinic'));
  const database = createRecords(clinic.patients);
  const consents = createConsents(clinic.patients, random('consents'));
  const care = settings.examine ? createCare(clinic, random('care')) : undefined;
  const providers = createProviders(clinic);
  const deeds = createDeeds(context, { clinic, consents, records: database, care, providers });
  const table = createCalendar();
  const master = createKms(random('kms'));
  const events = new MemoryDatabase();
  /** Roots of the sealed log that were published, where nobody of the platform can change them. */
  const published: { readonly size: number; readonly root: string }[] = [];
  const secret = Buffer.alloc(32);
  random('signing').fillBytes(secret);
  const signer = createSigner(secret);
  let deposited: LogFile | undefined;

  const records = defineService({
    name: 'records',
    baseUrl: 'https://records.example',
    latency: latencies.records,
    operations: {
      read: {
        method: 'POST',
        path: '/reads',
        input: inputs.read,
        handle({ requestId, patientId }) {
          deeds.accessed(requestId, patientId);
          return database.read(patientId);
        },
      },
      write: {
        method: 'POST',
        path: '/writes',
        input: inputs.write,
        handle({ requestId, patientId, values }) {
          deeds.accessed(requestId, patientId);
          database.write({ patientId, values });
          return { written: true };
        },
      },
      remove: {
        method: 'POST',
        path: '/removals',
        input: inputs.remove,
        handle({ requestId, patientId }) {
          deeds.accessed(requestId, patientId);
          database.remove(patientId);
          return { removed: true };
        },
      },
      destroyKey: {
        method: 'POST',
        path: '/key-destructions',
        input: inputs.destroyKey,
        handle({ requestId, patientId }) {
          deeds.accessed(requestId, patientId);
          database.destroyKey(patientId);
          deeds.destroyed(patientId);
          return { destroyed: true };
        },
      },
      keysBefore: {
        method: 'POST',
        path: '/old-keys',
        input: inputs.keysBefore,
        handle: ({ masterVersion, limit }) => ({
          keys: database.keysBefore(masterVersion, limit),
        }),
      },
      /** For the migration of week 5: records that still lie there as text. Nobody looks at them. */
      plain: {
        method: 'POST',
        path: '/plain-records',
        input: inputs.plain,
        handle: ({ limit }) => ({ records: database.plain(limit) }),
      },
      /** For the migration: the sealed form takes the place of the text, under a key of its own. */
      migrate: {
        method: 'POST',
        path: '/migrations',
        input: inputs.migrate,
        handle({ rows }) {
          for (const { patientId, values, key } of rows) {
            if (!database.replaceKey(patientId, undefined, key)) continue;
            database.write({ patientId, values });
          }
          return { migrated: rows.length };
        },
      },
      replaceKey: {
        method: 'POST',
        path: '/key-replacements',
        input: inputs.replaceKey,
        handle: ({ patientId, from, to }) => ({
          replaced: database.replaceKey(patientId, from, to),
        }),
      },
    },
  });

  const calendar = defineService({
    name: 'calendar',
    baseUrl: 'https://calendar.example',
    latency: latencies.calendar,
    operations: {
      book: {
        method: 'POST',
        path: '/bookings',
        input: appointmentSchema,
        handle({ requestId, ...appointment }) {
          deeds.accessed(requestId, appointment.patientId);
          return table.book(appointment);
        },
      },
      cancel: {
        method: 'POST',
        path: '/cancellations',
        input: appointmentSchema,
        handle({ requestId, ...appointment }) {
          deeds.accessed(requestId, appointment.patientId);
          const { next } = table.cancel(appointment);
          // Whoever has the slot now must hear of it.
          if (next !== undefined) deeds.movedUp(next);
          return { next };
        },
      },
      isHeld: {
        method: 'POST',
        path: '/lookups',
        input: appointmentSchema.omit({ requestId: true }),
        handle: (appointment) => ({ held: table.isHeld(appointment) }),
      },
    },
  });

  const messages = defineService({
    name: 'messages',
    baseUrl: 'https://messages.example',
    latency: latencies.messages,
    operations: {
      send: {
        method: 'POST',
        path: '/messages',
        input: inputs.send,
        handle({ messageId, to, text }) {
          deeds.messageSent(messageId, to, text);
          return { sent: true };
        },
      },
    },
  });

  const audit = defineService({
    name: 'audit',
    baseUrl: 'https://auditors.example',
    latency: latencies.audit,
    limits: { concurrency: auditConcurrency, queue: 2 * auditConcurrency, queueTimeoutMs: 5_000 },
    operations: {
      append: {
        method: 'POST',
        path: '/entries',
        // With keys the auditors recognise an entry that comes again.
        input: inputs.append,
        handle({ entries, hasKeys }) {
          for (const entry of entries) {
            deeds.auditorsTook(entry, hasKeys);
          }
          return { taken: entries.length };
        },
      },
    },
  });

  const kms = defineService({
    name: 'kms',
    baseUrl: 'https://kms.example',
    latency: latencies.kms,
    operations: {
      unwrap: {
        method: 'POST',
        path: '/unwrappings',
        input: inputs.unwrap,
        handle: ({ patientId, key }) => ({
          dataKey: master.unwrap(patientId, key).export().toString('hex'),
        }),
      },
      wrap: {
        method: 'POST',
        path: '/wrappings',
        input: inputs.wrap,
        handle: ({ keys }) => ({
          wrapped: keys.map(({ patientId, dataKey }) => {
            deeds.keyed(patientId, dataKey);
            return master.wrap(patientId, secretKey(dataKey));
          }),
        }),
      },
      rewrap: {
        method: 'POST',
        path: '/rewrappings',
        input: inputs.rewrap,
        handle: ({ patientId, key }) => master.wrap(patientId, master.unwrap(patientId, key)),
      },
      rotate: {
        method: 'POST',
        path: '/rotations',
        input: inputs.rotate,
        handle: ({ from }) => ({ version: master.rotate(from) }),
      },
    },
  });

  const witness = defineService({
    name: 'witness',
    baseUrl: 'https://witness.example',
    latency: latencies.witness,
    operations: {
      publish: {
        method: 'POST',
        path: '/roots',
        input: inputs.publish,
        handle(root) {
          published.push(root);
          return { published: true };
        },
      },
    },
  });

  /** The event store: it outlives every process, and a crash ends the transactions of its own. */
  const store = definePort({
    name: 'store',
    store: { operations: storeOperations, latency: latencies.store, timeoutMs: storeTimeoutMs },
    open({ onEnd, way }) {
      const opened = createMemoryEventStore({
        database: events,
        catalogue,
        random: random('event-store'),
        latency: latencies.store,
      });
      onEnd(() => opened.kill());
      return overWay(observed(opened, deeds), way);
    },
  });

  const outside = {
    /** Who works on the platform, and for whom: what a directory service tells of people. */
    directory: defineReference({
      /** The lists of the wards, and who lives where; `undefined` unless the log is examined. */
      care,
      providers,
      staff: (id: string) => clinic.findStaff(id),
      /** Whether a record has to be kept for some more years. */
      mustBeKept: (id: string) => clinic.mustBeKept(id),
      /** `undefined` when there is none. */
      patient(id: string) {
        const found = clinic.findPatient(id);
        if (found === undefined) return undefined;
        const { clinic: home } = found;
        return { id, clinic: home, consentsToResearch: consents.holds(id, elapsedMs()) };
      },
    }),
    records,
    calendar,
    messages,
    audit,
    kms,
    witness,
    store,
    /** Signs for the platform; the key does not leave it. */
    signer: defineReference(signer),
    /** Where the log is deposited in the end, for whoever wants to verify it. */
    archive: definePort({
      name: 'archive',
      open: () => ({
        deposit(file: LogFile): void {
          deposited = file;
        },
      }),
    }),
    connections: definePool({
      name: 'connections',
      to: 'records',
      size: settings.connections,
      maxWaiters: 5 * settings.connections,
      acquireTimeoutMs: settings.acquireTimeoutMs,
    }),
  };
  measureWorld(context, database, deeds);
  const truth: Truth = {
    ...deeds,
    clinic,
    published,
    publicKey: signer.publicKey,
    log: () => deposited,
    tampering: { random: random('tampering'), signer, published },
    attempts: createAttempts(context),
    nights: providers.nights,
    curious: care && createCurious(clinic, care, random('curious')),
    desks: settings.sessions ? createDesks(elapsedMs) : undefined,
  };
  return { outside, truth };
}

/** What operations take. Made once for all worlds: a new schema is compiled anew, and starts slowly. */
const inputs = {
  read: z.object(of),
  write: z.object({ ...of, values: z.record(z.string(), z.string()) }),
  remove: z.object(of),
  destroyKey: z.object(of),
  keysBefore: z.object({ masterVersion: z.int(), limit: z.int() }),
  plain: z.object({ limit: z.int() }),
  migrate: z.object({
    rows: z.array(
      z.object({
        patientId: z.string(),
        values: z.record(z.string(), z.string()),
        key: wrappedKey,
      }),
    ),
  }),
  replaceKey: z.object({ patientId: z.string(), from: wrappedKey, to: wrappedKey }),
  send: z.object({ messageId: z.string(), to: z.string(), text: z.string().optional() }),
  append: z.object({ entries: z.array(entrySchema), hasKeys: z.boolean() }),
  unwrap: z.object({ patientId: z.string(), key: wrappedKey }),
  wrap: z.object({
    keys: z.array(z.object({ patientId: z.string(), dataKey: z.string() })),
  }),
  rewrap: z.object({ patientId: z.string(), key: wrappedKey }),
  rotate: z.object({ from: z.int() }),
  publish: z.object({ size: z.int(), root: z.string() }),
};
