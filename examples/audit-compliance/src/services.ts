import { type ConnectionPool, createConnectionPool, defineService } from '@firedrill/core/services';
import type { PhaseContext } from '@firedrill/core/scenario';
import { z } from 'zod';
import { createCalendar } from './calendar.ts';
import { createClinic } from './clinic.ts';
import { entrySchema, messageIdOf } from './domain.ts';
import { createKms } from './kms.ts';
import { boundTo, type Life } from './processes.ts';
import { createRecords } from './records.ts';
import type { Settings } from './settings.ts';
import { createTruth } from './truth.ts';

/** What each call takes on an ordinary day. */
export const latencies = {
  records: { p50Ms: 4, p99Ms: 14 },
  calendar: { p50Ms: 4, p99Ms: 14 },
  messages: { p50Ms: 90, p99Ms: 250 },
  audit: { p50Ms: 25, p99Ms: 80 },
  kms: { p50Ms: 12, p99Ms: 40 },
  witness: { p50Ms: 80, p99Ms: 250 },
  store: { p50Ms: 3, p99Ms: 10 },
  app: { fixedMs: 1 },
} as const;

/** Requests that the auditors' service works on at once. */
export const auditConcurrency = 48;

/** The most processes that `--set processes` allows; each is a service that faults may name. */
const mostProcesses = 8;

export const processName = (place: number): string => `app-${place}`;

/** Names of the services, for faults: `--fault audit:hang@8:05-8:15`, `--fault app-1:reset@8:05-8:06`. */
export const serviceNames = [
  'records',
  'calendar',
  'messages',
  'audit',
  'kms',
  'witness',
  ...Array.from({ length: mostProcesses }, (_, index) => processName(index + 1)),
] as const;

/** Everything outside our processes, and the truth that the checks compare with. */
export type Outside = ReturnType<typeof createServices>;

/** The same as one process has it: what it calls ends with its life. */
export type Services = ReturnType<Outside['forLife']>;

const appointmentSchema = z.object({
  requestId: z.string(),
  appointmentId: z.string(),
  slotId: z.string(),
  patientId: z.string(),
});

const of = { requestId: z.string(), patientId: z.string() };
const wrappedKey = z.object({ masterVersion: z.int(), wrapped: z.string() });

export function createServices(context: PhaseContext<Settings>) {
  const { network, random, settings } = context;
  const clinic = createClinic(settings, random('clinic'));
  const database = createRecords(clinic.patients);
  const truth = createTruth(context, clinic, database);
  const table = createCalendar();
  const master = createKms(random('kms'));
  const pools = new Set<ConnectionPool>();
  /** Roots of the sealed log that were published, where nobody of the platform can change them. */
  const published: { readonly size: number; readonly root: string }[] = [];

  const records = network.connect(
    defineService({
      name: 'records',
      baseUrl: 'https://records.example',
      latency: latencies.records,
      operations: {
        read: {
          method: 'POST',
          path: '/reads',
          input: z.object(of),
          handle({ requestId, patientId }) {
            truth.accessed(requestId, patientId);
            return database.read(patientId);
          },
        },
        write: {
          method: 'POST',
          path: '/writes',
          input: z.object({ ...of, values: z.record(z.string(), z.string()) }),
          handle({ requestId, patientId, values }) {
            truth.accessed(requestId, patientId);
            database.write({ patientId, values });
            return { written: true };
          },
        },
        remove: {
          method: 'POST',
          path: '/removals',
          input: z.object(of),
          handle({ requestId, patientId }) {
            truth.accessed(requestId, patientId);
            database.remove(patientId);
            return { removed: true };
          },
        },
        destroyKey: {
          method: 'POST',
          path: '/key-destructions',
          input: z.object(of),
          handle({ requestId, patientId }) {
            truth.accessed(requestId, patientId);
            database.destroyKey(patientId);
            return { destroyed: true };
          },
        },
        keysBefore: {
          method: 'POST',
          path: '/old-keys',
          input: z.object({ masterVersion: z.int(), limit: z.int() }),
          handle: ({ masterVersion, limit }) => ({
            keys: database.keysBefore(masterVersion, limit),
          }),
        },
        replaceKey: {
          method: 'POST',
          path: '/key-replacements',
          input: z.object({ patientId: z.string(), from: wrappedKey, to: wrappedKey }),
          handle: ({ patientId, from, to }) => ({
            replaced: database.replaceKey(patientId, from, to),
          }),
        },
      },
    }),
  );

  const calendar = network.connect(
    defineService({
      name: 'calendar',
      baseUrl: 'https://calendar.example',
      latency: latencies.calendar,
      operations: {
        book: {
          method: 'POST',
          path: '/bookings',
          input: appointmentSchema,
          handle({ requestId, ...appointment }) {
            truth.accessed(requestId, appointment.patientId);
            return table.book(appointment);
          },
        },
        cancel: {
          method: 'POST',
          path: '/cancellations',
          input: appointmentSchema,
          handle({ requestId, ...appointment }) {
            truth.accessed(requestId, appointment.patientId);
            const { next } = table.cancel(appointment);
            // Whoever has the slot now must hear of it.
            if (next !== undefined)
              truth.promised(messageIdOf('offer', next.appointmentId), next.patientId);
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
    }),
  );

  const messages = network.connect(
    defineService({
      name: 'messages',
      baseUrl: 'https://messages.example',
      latency: latencies.messages,
      operations: {
        send: {
          method: 'POST',
          path: '/messages',
          input: z.object({ messageId: z.string(), to: z.string() }),
          handle({ messageId }) {
            truth.messageSent(messageId);
            return { sent: true };
          },
        },
      },
    }),
  );

  const audit = network.connect(
    defineService({
      name: 'audit',
      baseUrl: 'https://auditors.example',
      latency: latencies.audit,
      limits: { concurrency: auditConcurrency, queue: 2 * auditConcurrency, queueTimeoutMs: 5_000 },
      operations: {
        append: {
          method: 'POST',
          path: '/entries',
          // With keys the auditors recognise an entry that comes again.
          input: z.object({ entries: z.array(entrySchema), hasKeys: z.boolean() }),
          handle({ entries, hasKeys }) {
            for (const entry of entries) {
              truth.auditorsTook(entry, hasKeys ? entry.entryId : undefined);
            }
            return { taken: entries.length };
          },
        },
      },
    }),
  );

  const kms = network.connect(
    defineService({
      name: 'kms',
      baseUrl: 'https://kms.example',
      latency: latencies.kms,
      operations: {
        unwrap: {
          method: 'POST',
          path: '/unwrappings',
          input: z.object({ patientId: z.string(), key: wrappedKey }),
          handle: ({ patientId, key }) => ({
            dataKey: master.unwrap(patientId, key).export().toString('hex'),
          }),
        },
        rewrap: {
          method: 'POST',
          path: '/rewrappings',
          input: z.object({ patientId: z.string(), key: wrappedKey }),
          handle: ({ patientId, key }) => master.wrap(patientId, master.unwrap(patientId, key)),
        },
        rotate: {
          method: 'POST',
          path: '/rotations',
          input: z.object({ from: z.int() }),
          handle: ({ from }) => ({ version: master.rotate(from) }),
        },
      },
    }),
  );

  const witness = network.connect(
    defineService({
      name: 'witness',
      baseUrl: 'https://witness.example',
      latency: latencies.witness,
      operations: {
        publish: {
          method: 'POST',
          path: '/roots',
          input: z.object({ size: z.int(), root: z.string() }),
          handle(root) {
            published.push(root);
            return { published: true };
          },
        },
      },
    }),
  );

  const outside = { records, calendar, messages, audit, kms, witness };

  return {
    clinic,
    database,
    truth,
    master,
    pools,
    published,
    /** What a process has of all this, for as long as it lives. */
    forLife(life: Life) {
      return {
        clinic,
        records: boundTo(life, outside.records),
        calendar: boundTo(life, outside.calendar),
        messages: boundTo(life, outside.messages),
        audit: boundTo(life, outside.audit),
        kms: boundTo(life, outside.kms),
        witness: boundTo(life, outside.witness),
        /** Opens connections to the database; a crash closes them. */
        connections(): ConnectionPool {
          const pool = createConnectionPool({
            name: life.name,
            size: settings.connections,
            maxWaiters: 5 * settings.connections,
            acquireTimeoutMs: settings.acquireTimeoutMs,
          });
          pools.add(pool);
          life.onCrash(() => pools.delete(pool));
          return pool;
        },
      };
    },
  };
}
