import { type CallOutcome, settle } from '@firedrill/core/resilience';
import { ServiceError } from '@firedrill/core/services';
import {
  type Answer,
  type Entry,
  entryOf,
  messageIdOf,
  type MessageKind,
  messageRequest,
  type Request,
  roleMay,
} from '../../domain.ts';
import type { Context } from '../../system.ts';

/** What the first four implementations do, apart from how they write their audit trail. */
export interface PlainClinic {
  /** Whether the role may do such a thing. Nobody asks whose patient it is, or what for. */
  mayAsk(request: Request): boolean;
  /** Does what was asked. The effect comes first; the caller writes the entry afterwards. */
  perform(request: Request): Promise<Answer>;
}

/** Time limit of the calls of the first four implementations. */
export const callTimeoutMs = 5_000;

/**
 * The platform as most first versions are.
 *
 * Flaw: a role sees the whole record, of everybody, for whatever purpose it names; records lie in the
 * database as text, and an erased one stays in the backups; reminders and offers are timers in memory,
 * gone with the process; nobody reviews an emergency.
 */
export function createPlainClinic(
  { outside, settings }: Context,
  writeEntry: (entry: Entry) => Promise<void>,
): PlainClinic {
  const { calendar, directory, messages, records } = outside;
  const options = { timeoutMs: callTimeoutMs };

  /** Writes to a patient. What fails is logged, and nobody reads it. */
  async function write(kind: MessageKind, subject: string, patientId: string): Promise<void> {
    const messageId = messageIdOf(kind, subject);
    const { record } = await records.read({ requestId: messageId, patientId }, options);
    await messages.send({ messageId, to: record.values['phone'] ?? '' }, options);
    await writeEntry(entryOf(messageRequest(messageId, patientId), 'granted'));
  }

  async function remind(appointment: Parameters<typeof calendar.isHeld>[0]): Promise<void> {
    const { held } = await calendar.isHeld(appointment, options);
    if (held) await write('reminder', appointment.appointmentId, appointment.patientId);
  }

  return {
    mayAsk({ kind, staffId }) {
      const staff = directory.staff(staffId);
      return staff !== undefined && roleMay(staff.role, kind);
    },

    // oxlint-disable-next-line typescript/consistent-return -- the switch knows every kind
    async perform(request) {
      const { requestId, patientId } = request;
      switch (request.kind) {
        case 'read': {
          const found = await settle(records.read({ requestId, patientId }, options));
          if (isGone(found)) return { status: 'gone' };
          if (found.kind !== 'success') throw found.error;
          return { status: 'shown', values: found.value.record.values };
        }
        case 'update': {
          const found = await settle(records.read({ requestId, patientId }, options));
          if (isGone(found)) return { status: 'gone' };
          if (found.kind !== 'success') throw found.error;
          const values = { ...found.value.record.values, notes: request.note };
          await records.write({ requestId, patientId, values }, options);
          return { status: 'done' };
        }
        case 'book': {
          const appointment = { appointmentId: requestId, slotId: request.slotId, patientId };
          const { status } = await calendar.book({ requestId, ...appointment }, options);
          if (status === 'booked') {
            setTimeout(() => follow(() => remind(appointment)), 60_000 * settings.reminderMinutes);
          }
          return { status };
        }
        case 'cancel': {
          const { appointmentId, slotId } = request;
          const { next } = await calendar.cancel(
            { requestId, appointmentId, slotId, patientId },
            options,
          );
          if (next === undefined) return { status: 'done' };
          follow(() => write('offer', next.appointmentId, next.patientId));
          return { status: 'done', next };
        }
        case 'accept': {
          const { appointmentId, slotId } = request;
          const { held } = await calendar.isHeld({ appointmentId, slotId, patientId }, options);
          return held ? { status: 'booked' } : { status: 'denied', reason: 'offer-over' };
        }
        case 'decline':
        case 'openings':
        case 'schedule':
        case 'unschedule':
        case 'review':
        case 'refer':
        case 'discharge':
        case 'hold':
        case 'release':
        case 'list':
        case 'log-in':
        case 'step-up':
        case 'revoke':
          return { status: 'done' };
        case 'erase':
          await records.remove({ requestId, patientId }, options);
          return { status: 'done' };
      }
    },
  };
}

function follow(work: () => Promise<void>): void {
  work().catch(() => {});
}

function isGone(found: CallOutcome<unknown>): boolean {
  return (
    found.kind === 'failure' && found.error instanceof ServiceError && found.error.status === 404
  );
}
