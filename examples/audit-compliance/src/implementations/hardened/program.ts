import { createProjectionRunner, type OutboxMessage } from '@firedrill/core/event-store';
import { z } from 'zod';
import { decide, entryOf, type Request } from '../../domain.ts';
import type { Signer } from '../../log/signing.ts';
import type { Life } from '../../processes.ts';
import type { Services } from '../../services.ts';
import type { ClinicProgram, Context } from '../../system.ts';
import { createAppointments, entryOfMessage } from './appointments.ts';
import { auditorsProjection, createForwarding } from './auditors.ts';
import { createCharts } from './charts.ts';
import type { ClinicStore } from './events.ts';
import { enqueueReview, writeEntry } from './journal.ts';
import { createKeyring } from './keyring.ts';
import { pooled } from './pooled-store.ts';
import { createRelay } from './relay.ts';
import { createRotation } from './rotation.ts';
import { createSealer } from './sealer.ts';

const leaseMs = 8_000;
const forwardPollMs = 500;
const forwardWorkers = 4;
const sendTimeoutMs = 3_000;

/** Where emergency accesses are reviewed. */
const complianceDesk = 'compliance@clinics.example';

const messageSchema = z.object({ messageId: z.string(), patientId: z.string() });
const reminderSchema = z.object({
  slotId: z.string(),
  appointmentId: z.string(),
  patientId: z.string(),
});
const reviewSchema = z.object({ messageId: z.string() });
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
  const appointments = createAppointments(front, 60_000 * settings.reminderMinutes);
  const forward = createForwarding(services);

  async function send({ topic, payload }: OutboxMessage): Promise<void> {
    const limits = { timeoutMs: sendTimeoutMs };
    if (topic === 'witness') {
      await witness.publish(rootSchema.parse(payload), limits);
      return;
    }
    if (topic === 'reminder') {
      const { slotId, ...holder } = reminderSchema.parse(payload);
      await appointments.remind(slotId, holder);
      return;
    }
    if (topic === 'review') {
      const { messageId } = reviewSchema.parse(payload);
      await messages.send({ messageId, to: complianceDesk }, limits);
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

  // It stops with the process: what it holds goes to the others when the leases have run out.
  const crash = new AbortController();
  life.onCrash(() => crash.abort());
  const runner = createProjectionRunner(store, {
    projections: [auditorsProjection(forward, settings.forwardBatch)],
    owner: life.name,
    workers: forwardWorkers,
    leaseMs,
    pollMs: forwardPollMs,
    signal: crash.signal,
  });
  void runner.start();

  const workers = [
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
    await front.transaction(async (tx) => {
      await writeEntry(front, entry, tx);
      await enqueueReview(front, tx, request.requestId);
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
      await runner.stop();
    },
  };
}
