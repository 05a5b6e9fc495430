import type { OutboxMessage } from '@firedrill/core/event-store';
import { z } from 'zod';
import { decide, entryOf, messageIdOf, type Request } from '../../domain.ts';
import type { Signer } from '../../log/signing.ts';
import type { Life } from '../../processes.ts';
import type { Services } from '../../services.ts';
import type { ClinicProgram, Context } from '../../system.ts';
import { createAppointments, entryOfMessage } from './appointments.ts';
import { createForwarding } from './auditors.ts';
import { createCharts } from './charts.ts';
import type { ClinicStore } from './events.ts';
import { follow } from './follow.ts';
import { enqueue, writeEntry } from './journal.ts';
import { createKeyring } from './keyring.ts';
import { pooled } from './pooled-store.ts';
import { createRelay } from './relay.ts';
import { createRotation } from './rotation.ts';
import { createSealer } from './sealer.ts';

/** What follows the log to the auditors, and in how many parts that can be shared. */
export const auditorsProjection = { projection: 'auditors', bucketCount: 8 } as const;
const remindersProjection = { projection: 'reminders', bucketCount: 8 } as const;

const leaseMs = 8_000;
const forwardPollMs = 500;
const remindPollMs = 2_000;
const remindBatch = 50;
const sendTimeoutMs = 3_000;

const messageSchema = z.object({ messageId: z.string(), patientId: z.string() });
const rootSchema = z.object({ size: z.int(), root: z.string() });

/**
 * One process of the hardened platform. A request is decided, its entry is committed, and only then is
 * anything read or changed. Everything that follows from it stands in the store before the answer is
 * given, and is done by whichever process comes to it.
 */
export function startProgram(
  context: Context,
  life: Life,
  services: Services,
  store: ClinicStore,
  signer: Signer,
): ClinicProgram {
  const { elapsedMs, meter, settings } = context;
  const { clinic, messages, witness } = services;
  const pool = services.connections();
  const front = pooled(store, pool);
  const charts = createCharts(services, pool, createKeyring(services));
  const appointments = createAppointments(front);
  const forward = createForwarding(services);
  const fairShare = Math.ceil(auditorsProjection.bucketCount / settings.processes);

  async function send({ topic, payload }: OutboxMessage): Promise<void> {
    const limits = { timeoutMs: sendTimeoutMs };
    if (topic === 'witness') {
      await witness.publish(rootSchema.parse(payload), limits);
      return;
    }
    const message = messageSchema.parse(payload);
    const { messageId, patientId } = message;
    // To read a number is an access like any other.
    await writeEntry(front, entryOfMessage(message));
    const values = await charts.read(messageId, patientId, ['phone']);
    // An erased patient has no number: nobody is written to, and nothing is left to do.
    if (values === undefined) return;
    await messages.send({ messageId, to: values.phone ?? '' }, limits);
  }

  const workers = [
    follow(life, store, {
      ...auditorsProjection,
      filter: { categories: ['access'] },
      batchSize: settings.forwardBatch,
      pollMs: forwardPollMs,
      leaseMs,
      fairShare,
      handle: forward,
    }),
    follow(life, store, {
      ...remindersProjection,
      filter: { types: ['appointment.booked'] },
      batchSize: remindBatch,
      pollMs: remindPollMs,
      leaseMs,
      fairShare,
      async handle(events) {
        let done = 0;
        for (const event of events) {
          // Who booked first is reminded first: behind one that is not due yet, none is.
          const dueMs = event.recordedAt.getTime() + 60_000 * settings.reminderMinutes;
          if (dueMs > Date.now() || event.type !== 'appointment.booked') break;
          await appointments.remind(event.stream.id, event.data);
          done += 1;
        }
        return done;
      },
    }),
    createRelay(life, store, settings.processes, send),
    createSealer(life, store, signer, {
      sealMs: settings.sealMs,
      onSealed: () => meter.count('seals'),
    }),
    createRotation(life, services, {
      everyMs: 60_000 * settings.rotationMinutes,
      elapsedMs,
      onRotated: (keys) => meter.count('keysRotated', keys),
    }),
  ];

  /** The entry of a grant; with it, if glass is broken, the order of its review. */
  async function grant(request: Request, breaksGlass: boolean): Promise<void> {
    const entry = entryOf(request, 'granted');
    if (!breaksGlass) {
      await writeEntry(front, entry);
      return;
    }
    const { requestId, patientId } = request;
    const review = { messageId: messageIdOf('review', requestId), patientId };
    await front.transaction(async (tx) => {
      await writeEntry(front, entry, tx);
      await enqueue(front, tx, [review]);
    });
  }

  return {
    async handle(request) {
      const { kind, requestId, patientId, staffId } = request;
      const decision = decide(request, clinic.staff(staffId), clinic.patient(patientId));
      if (decision.kind === 'denied') {
        await writeEntry(front, entryOf(request, decision.reason));
        return { status: 'denied', reason: decision.reason };
      }
      if (kind === 'book') return appointments.book(request);
      if (kind === 'cancel') return appointments.cancel(request);
      await grant(request, decision.breaksGlass);
      if (kind === 'read') {
        const values = await charts.read(requestId, patientId, decision.fields);
        return values === undefined ? { status: 'gone' } : { status: 'shown', values };
      }
      if (kind === 'update') {
        const isWritten = await charts.writeNotes(requestId, patientId, request.note);
        return { status: isWritten ? 'done' : 'gone' };
      }
      if (kind === 'erase') await charts.erase(requestId, patientId);
      return { status: 'done' };
    },
    async close() {
      for (const worker of workers) worker.stop();
    },
  };
}
