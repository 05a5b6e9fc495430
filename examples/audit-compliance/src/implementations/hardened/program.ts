import {
  createProjectionRunner,
  MessageIdReusedError,
  type OutboxMessage,
} from '@firedrill/core/event-store';
import { createRetry } from '@firedrill/core/resilience';
import { z } from 'zod';
import {
  type Answer,
  complianceDesk,
  privacyDesk,
  decide,
  type Decision,
  type Entry,
  entryOf,
  type Request,
} from '../../domain.ts';
import { erasureWaitMs } from '../../domain/retention.ts';
import { exportLog } from '../../log/export-log.ts';
import { reports } from '../../reports.ts';
import type { ClinicSystem, Context } from '../../system.ts';
import { createAppointments, entryOfMessage } from './appointments.ts';
import { auditorsBuckets, auditorsName, auditorsProjection, createForwarding } from './auditors.ts';
import { discharge, isReferred, refer } from './care-team.ts';
import { createCharts } from './charts.ts';
import { createExaminer } from './examiner.ts';
import { brokenSince, enqueueDeadline, escalate } from './glass.ts';
import { enqueueReview, type Message, writeEntry } from './journal.ts';
import { createKeyring } from './keyring.ts';
import { migrate } from './migration.ts';
import { createMonitor } from './monitor.ts';
import { offerRules } from './offers.ts';
import { closeReview, outcomeRules } from './outcomes.ts';
import { listAccesses } from './own-log.ts';
import { pooled } from './pooled-store.ts';
import { createVisits } from './providers.ts';
import { createRelay } from './relay.ts';
import { createRetention } from './retention.ts';
import { createRotation } from './rotation.ts';
import { createSealer, logOrigin } from './sealer.ts';
import { createSessions } from './sessions.ts';
import { book, cancel, isOfAnother, remind } from './slot.ts';

const leaseMs = 8_000;
/** What is appended wakes the forwarding: the poll is for what was missed. */
const forwardPollMs = 2_000;
const forwardWorkers = 4;
const sendTimeoutMs = 3_000;

/** After the last request, the auditors and the patients get this long to receive what is theirs. */
const lastWorkMs = 15 * 60_000;

/** What a platform does first and last is not given up because the store is not to be had for a while. */
const storePatience = {
  maxAttempts: 200,
  backoff: { initialMs: 100, maxMs: 5_000, factor: 2, jitter: 'full' },
} as const;

const messageSchema = z.object({
  messageId: z.string(),
  patientId: z.string(),
  appointment: z.object({ slotId: z.string(), appointmentId: z.string() }).optional(),
  text: z.string().optional(),
});
/** Of an offer whose time is over. */
export const lapseSchema = z.object({ slotId: z.string(), appointmentId: z.string() });
const reminderSchema = z.object({
  slotId: z.string(),
  appointmentId: z.string(),
  patientId: z.string(),
});
const visitSchema = z.object({
  providerId: z.string(),
  visitId: z.string(),
  patientId: z.string(),
});
/** Of a message to an officer. */
const officerSchema = z.object({ messageId: z.string() });
const deadlineSchema = z.object({ accessId: z.string(), patientId: z.string() });
const erasureSchema = z.object({ orderId: z.string(), patientId: z.string() });
const rootSchema = z.object({ size: z.int(), root: z.string() });

const ended: Decision = { kind: 'denied', reason: 'ended' };
const suspended: Decision = { kind: 'denied', reason: 'suspended' };
const saysNothing: Decision = { kind: 'denied', reason: 'no-outcome' };

/** The process finishes what it has and takes nothing more. */
class ClosingError extends Error {
  readonly code = 'PLATFORM_CLOSING';

  constructor() {
    super('Failed to take a request: the process is closing. Ask again, another one will answer.');
    this.name = 'ClosingError';
  }
}

/** The parts of the hardened platform: each is made by a function of its own, and may be replaced. */
export const hardenedParts = {
  careTeam: { refer, discharge, isReferred },
  createAppointments,
  createCharts,
  createExaminer,
  createForwarding,
  createKeyring,
  createMonitor,
  createRelay,
  createRetention,
  createRotation,
  createSealer,
  createSessions,
  createVisits,
  decide,
  enqueueReview,
  listAccesses,
  glass: { brokenSince, enqueueDeadline, escalate },
  migrate,
  offerRules,
  outcomeRules,
  pooled,
  slotRules: { book, cancel, isOfAnother, remind },
  writeEntry,
};

export type Parts = typeof hardenedParts;

/**
 * One process of the hardened platform. A request is decided, its entry is committed, and only then is
 * anything read or changed. Everything that follows from it stands in the store before the answer is
 * given, and is done by whichever process comes to it.
 */
export function startProgram(context: Context, parts: Parts): ClinicSystem {
  const { clock, telemetry, settings, outside, process } = context;
  const { directory, messages, witness, store, signer, archive, connections: pool } = outside;
  const owner = `${process.name}#${process.start}`;
  const front = parts.pooled(store, pool);
  const charts = parts.createCharts(outside, pool, parts.createKeyring(outside));
  const reminderMs = 60_000 * settings.reminderMinutes;
  const appointments = parts.createAppointments(
    front,
    reminderMs,
    settings.offers ? { ...parts.slotRules, ...parts.offerRules } : parts.slotRules,
    parts.offerRules,
  );
  const retention = settings.retention ? parts.createRetention(front, erasureWaitMs) : undefined;
  const visits = settings.providers ? parts.createVisits(front, directory, reminderMs) : undefined;
  const sessions = settings.sessions ? parts.createSessions(front) : undefined;
  const forward = parts.createForwarding(outside);
  const migrated = parts.migrate(context);

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
    if (topic === 'lapse') {
      const { slotId, appointmentId } = lapseSchema.parse(payload);
      await appointments.lapse(slotId, appointmentId);
      return;
    }
    if (topic === 'review' || topic === 'alert') {
      const { messageId } = officerSchema.parse(payload);
      const to = topic === 'review' ? complianceDesk : privacyDesk;
      await messages.send({ messageId, to }, limits);
      return;
    }
    if (topic === 'deadline') {
      await parts.glass.escalate(front, messages, deadlineSchema.parse(payload), limits);
      return;
    }
    if (topic === 'erasure') {
      const order = erasureSchema.parse(payload);
      const hasBegun = await retention?.begin(order);
      if (hasBegun === true) await charts.erase(order.orderId, order.patientId);
      return;
    }
    if (topic === 'visit') {
      const reminder = await visits?.reminderOf(visitSchema.parse(payload));
      if (reminder !== undefined) await writeTo(reminder, limits);
      return;
    }
    const message = messageSchema.parse(payload);
    const { appointment } = message;
    // Between the order and the sending it may have been given back.
    if (
      appointment !== undefined &&
      !(await appointments.isHeld(appointment.slotId, appointment.appointmentId))
    ) {
      return;
    }
    await writeTo(message, limits);
  }

  async function writeTo(message: Message, limits: { readonly timeoutMs: number }): Promise<void> {
    const { messageId, patientId, text } = message;
    // To read a number is an access like any other.
    await parts.writeEntry(front, entryOfMessage(message));
    const values = await charts.read(messageId, patientId, ['phone']);
    // An erased patient has no number: nobody is written to, and nothing is left to do.
    if (values === undefined) return;
    await messages.send({ messageId, to: values.phone ?? '', ...(text && { text }) }, limits);
  }

  const runner = createProjectionRunner(store, {
    projections: [auditorsProjection(forward, settings.forwardBatch)],
    owner,
    workers: forwardWorkers,
    leaseMs,
    pollMs: forwardPollMs,
  });
  void createRetry(storePatience).execute(() => runner.start());
  const monitor = parts.createMonitor(store, auditorsName, auditorsBuckets);
  // One of the processes says how far the auditors are behind: they all would say the same.
  if (process.index === 0) {
    monitor.watch();
    telemetry.gauge(reports.backlog, () => monitor.backlog);
  }

  const workers = [
    parts.createRelay(owner, store, process.count, send),
    parts.createSealer(store, signer, {
      sealMs: settings.sealMs,
      onSealed: () => telemetry.count(reports.seals),
    }),
    parts.createRotation(outside, {
      everyMs: 60_000 * settings.rotationMinutes,
      elapsedMs: clock.elapsedMs,
      onRotated: (keys) => telemetry.count(reports.keysRotated, keys),
    }),
  ];

  // One of the processes goes through the log: what it has seen is in the log, whoever crashes.
  const { care } = directory;
  const examiner =
    care !== undefined && process.index === 0 ? parts.createExaminer(store, care) : undefined;

  /** The entry of a grant; with it, if glass is broken, the order of its review and its deadline. */
  async function grant(request: Request, breaksGlass: boolean): Promise<void> {
    const entry = entryOf(request, 'granted');
    if (!breaksGlass) {
      await parts.writeEntry(front, entry);
      return;
    }
    try {
      await breakGlass(request, entry);
    } catch (error) {
      // Another attempt has committed all of it, with a deadline of its own.
      if (!(error instanceof MessageIdReusedError)) throw error;
    }
  }

  async function breakGlass(request: Request, entry: Entry): Promise<void> {
    await front.transaction(async (tx) => {
      await parts.writeEntry(front, entry, tx);
      const { requestId: accessId, patientId } = request;
      await parts.enqueueReview(front, tx, accessId);
      const dueAt = new Date(Date.now() + 60_000 * settings.reviewMinutes);
      await parts.glass.enqueueDeadline(front, tx, { accessId, patientId, dueAt });
    });
  }

  /** Whether the glass was broken by the same request, and is closed again. */
  async function isClosedAgain(request: Request, decision: Decision): Promise<boolean> {
    if (decision.kind === 'denied' || !decision.breaksGlass) return false;
    const since = await parts.glass.brokenSince(front, request);
    return since !== undefined && Date.now() > since.getTime() + 60_000 * settings.glassMinutes;
  }

  /** Where reviews have outcomes: whoever is suspended breaks no glass, and a review says what it comes to. */
  async function decideByOutcomes(request: Request, decision: Decision): Promise<Decision> {
    if (decision.kind === 'denied') return decision;
    if (request.kind === 'review' && request.outcome === undefined) return saysNothing;
    if (!decision.breaksGlass) return decision;
    const isRefused = await parts.outcomeRules.isSuspended(front, request.staffId, Date.now());
    return isRefused ? suspended : decision;
  }

  /** Somebody of another clinic treats whom they were referred to. */
  async function decideByReferral(request: Request, decision: Decision): Promise<Decision> {
    const { kind, staffId, patientId, purpose } = request;
    const staff = directory.staff(staffId);
    const patient = directory.patient(patientId);
    if (decision.kind === 'granted' || decision.reason !== 'care-team') return decision;
    if (kind !== 'read' || purpose !== 'treatment') return decision;
    if (staff === undefined || patient === undefined) return decision;
    if (!(await parts.careTeam.isReferred(front, request, new Date()))) return decision;
    return parts.decide(request, { ...staff, clinic: patient.clinic }, patient);
  }

  async function perform(request: Request): Promise<Answer> {
    const { kind, requestId, patientId, staffId } = request;
    await migrated;
    const staff = directory.staff(staffId);
    const sentAway = await sessions?.admit(request, staff);
    if (sentAway !== undefined) return sentAway;
    const byRules = parts.decide(request, staff, directory.patient(patientId));
    const asked = settings.careTeam ? await decideByReferral(request, byRules) : byRules;
    const inTime = (await isClosedAgain(request, asked)) ? ended : asked;
    const decision = settings.outcomes ? await decideByOutcomes(request, inTime) : inTime;
    if (decision.kind === 'denied') {
      await parts.writeEntry(front, entryOf(request, decision.reason));
      return { status: 'denied', reason: decision.reason };
    }
    if (kind === 'book') return appointments.book(request);
    if (kind === 'cancel') return appointments.cancel(request);
    if (kind === 'accept' || kind === 'decline') return appointments.answer(request);
    if (visits !== undefined) {
      if (kind === 'openings') return visits.openings(request);
      if (kind === 'schedule') return visits.schedule(request);
      if (kind === 'unschedule') return visits.unschedule(request);
    }
    if (kind === 'refer' || kind === 'discharge') {
      await (kind === 'refer'
        ? parts.careTeam.refer(front, request)
        : parts.careTeam.discharge(front, request));
      return { status: 'done' };
    }
    if (retention !== undefined) {
      if (kind === 'hold') return retention.hold(request);
      if (kind === 'release') return retention.release(request);
      if (kind === 'erase') return retention.order(request, directory.mustBeKept(patientId));
    }
    if (kind === 'review' && settings.outcomes) {
      await closeReview(front, request, parts.outcomeRules);
      return { status: 'done' };
    }
    await grant(request, decision.breaksGlass);
    if (kind === 'list') {
      return { status: 'listed', entries: await parts.listAccesses(front, patientId) };
    }
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
  }

  const inHand = new Set<Promise<Answer>>();
  let isClosing = false;

  return {
    async handle(request) {
      if (isClosing) throw new ClosingError();
      const answer = perform(request);
      inHand.add(answer);
      try {
        return await answer;
      } finally {
        inHand.delete(answer);
      }
    },
    async close() {
      // What comes from now on would have an entry that nobody forwards or seals any more.
      isClosing = true;
      const last = createRetry(storePatience);
      await Promise.allSettled(inHand);
      await monitor.onIdle(lastWorkMs);
      if (examiner !== undefined) {
        await last.execute(() => examiner.examine());
        examiner.stop();
        await monitor.onIdle(lastWorkMs);
      }
      for (const worker of workers) worker.stop();
      monitor.stop();
      await runner.stop();
      if (process.index > 0) return;
      archive.deposit(await last.execute(() => exportLog(store, signer, logOrigin)));
    },
  };
}
