import { type Visit, withPatience } from '@firedrill/core/scenario';
import { patientId } from './clinic.ts';
import {
  type Answer,
  messageIdOf,
  type Patient,
  type Purpose,
  type Request,
  type Role,
} from './domain.ts';
import type { Settings } from './settings.ts';
import type { ClinicSystem } from './system.ts';
import type { World } from './world.ts';

type ClinicVisit = Visit<Settings, World, ClinicSystem>;

/**
 * One member of the staff who wants something: presses a button, and again with the same id when there
 * is no answer in time. Who books for a patient may cancel later; who breaks the glass is reviewed,
 * if anybody asks for it.
 */
export async function visitClinic(visit: ClinicVisit): Promise<void> {
  const { context, world, arrival } = visit;
  const { meter, elapsedMs, settings } = context;
  const { truth } = world.services;
  const { request, changesMind, thinkMs } = planVisit(visit);
  meter.count('requests');
  const answer = await press(visit, request);
  meter.time('answer', elapsedMs() - arrival.atMs);
  if (answer === undefined) return;

  if (request.kind === 'book' && answer.status === 'booked') {
    if (changesMind) {
      await sleep(thinkMs);
      await press(visit, cancellationOf(request));
      return;
    }
    const reminder = messageIdOf('reminder', request.requestId);
    truth.promised(reminder, request.patientId);
    await sleep(60_000 * settings.reminderMinutes);
    await sentWithin(visit, reminder);
  }
  if (request.purpose === 'emergency' && answer.status === 'shown') {
    if (!(await sentWithin(visit, messageIdOf('review', request.requestId)))) return;
    await sleep(thinkMs);
    await press(visit, reviewOf(visit, request));
  }
}

/** How long somebody looks at an error before pressing again. */
const pauseBeforeRetryMs = 2_000;

/** Presses a button until there is an answer; `undefined` when it is given up. */
async function press(visit: ClinicVisit, request: Request): Promise<Answer | undefined> {
  const { context, world, system } = visit;
  const { meter, settings } = context;
  meter.count('asked');
  for (let attempt = 1; attempt <= settings.userAttempts; attempt += 1) {
    meter.count('presses');
    if (attempt > 1) meter.count('retries');
    const sent = system.handle(request).finally(world.requestStarted());
    const outcome = await withPatience(sent, settings.userTimeoutMs);
    if (outcome.kind === 'answered') {
      world.services.truth.told(request, outcome.answer);
      meter.count('answered');
      return outcome.answer;
    }
    meter.count(outcome.kind === 'failed' ? 'failedAttempts' : 'timedOutAttempts');
    if (outcome.kind === 'failed') await sleep(pauseBeforeRetryMs);
  }
  meter.count('gaveUp');
  return undefined;
}

/** How often somebody who waits for a message looks, at most. */
const lookEveryMs = 5_000;

async function sentWithin({ context, world }: ClinicVisit, messageId: string): Promise<boolean> {
  const patienceMs = 60_000 * context.settings.patienceMinutes;
  const pauseMs = Math.min(lookEveryMs, patienceMs / 10);
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += pauseMs) {
    if (world.services.truth.wasSent(messageId)) return true;
    await sleep(pauseMs);
  }
  return false;
}

const cancellationOf = (booking: Extract<Request, { kind: 'book' }>): Request => ({
  ...booking,
  kind: 'cancel',
  requestId: `cancel-${booking.requestId}`,
  appointmentId: booking.requestId,
});

function reviewOf({ world }: ClinicVisit, { requestId, patientId: id }: Request): Request {
  const { clinic } = world.services.clinic.patient(id);
  return {
    kind: 'review',
    requestId: `done-review-${requestId}`,
    staffId: `compliance-officer-${clinic}-1`,
    patientId: id,
    purpose: 'oversight',
    accessId: requestId,
  };
}

interface Plan {
  readonly request: Request;
  readonly changesMind: boolean;
  readonly thinkMs: number;
}

/** Kinds of requests that a recorded arrival may name. */
const kinds = ['read', 'update', 'book'] as const;

/** Shares of what the staff wants, of all that is neither snooping nor an emergency. */
export const wishes = [
  { share: 0.45, kind: 'read', role: 'physician', purpose: 'treatment' },
  { share: 0.14, kind: 'read', role: 'billing-clerk', purpose: 'billing' },
  { share: 0.06, kind: 'read', role: 'researcher', purpose: 'research' },
  { share: 0.14, kind: 'update', role: 'nurse', purpose: 'treatment' },
  { share: 0.2085, kind: 'book', role: 'receptionist', purpose: 'scheduling' },
  { share: 0.0015, kind: 'erase', role: 'privacy-officer', purpose: 'erasure' },
] as const satisfies readonly {
  readonly share: number;
  readonly kind: Request['kind'];
  readonly role: Role;
  readonly purpose: Purpose;
}[];

/** Share of the bookings that are cancelled, and after how long. */
const cancelShare = 0.3;
const thinkingMs = ({ thinkSeconds }: Settings) => ({
  p50: 1_000 * thinkSeconds,
  p99: 3_000 * thinkSeconds,
});

/** What the field of a recorded arrival should be, when it is not usable. */
export function traceFieldRemedy(
  field: string,
  text: string,
  { patients }: Settings,
): string | undefined {
  if (field === 'kind') {
    const isKind = kinds.some((kind) => kind === text);
    return isKind ? undefined : `Use one of ${kinds.join(', ')}.`;
  }
  const place = Number(/^patient-(\d{4,})$/.exec(text)?.[1] ?? 0);
  const isPatient = place >= 1 && place <= patients;
  return isPatient ? undefined : `Use a patient from ${patientId(1)} to ${patientId(patients)}.`;
}

function planVisit({ context, world, arrival }: ClinicVisit): Plan {
  const { snoopShare, emergencyShare, patients, slots } = context.settings;
  const { people: random, services } = world;
  const { fields = {} } = arrival;
  const patient = services.clinic.patient(
    fields['patient'] ?? patientId(random.integer(1, patients)),
  );
  const mood = random.next();
  const wish = fields['kind'] ?? wishOf(random.next());
  const slot = random.integer(1, slots);
  const requestId = `request-${arrival.index + 1}`;
  const asked = { requestId, patientId: patient.id };
  const by = (role: Role, elsewhere = false): string =>
    services.clinic.someone(random, role, { clinic: patient.clinic, elsewhere }).id;

  const request = ((): Request => {
    if (fields['kind'] === undefined && mood < snoopShare)
      return snoop(patient, asked, by, mood / snoopShare);
    if (fields['kind'] === undefined && mood < snoopShare + emergencyShare) {
      return { ...asked, kind: 'read', staffId: by('physician', true), purpose: 'emergency' };
    }
    const { kind, role, purpose } =
      wishes.find((each) => each.kind === wish || each.purpose === wish) ?? wishes[0];
    const who = { ...asked, staffId: by(role), purpose };
    if (kind === 'update') return { ...who, kind, note: `seen at ${context.elapsedMs()}` };
    if (kind === 'book') return { ...who, kind, slotId: `slot-${slot}` };
    return { ...who, kind };
  })();
  return {
    request,
    changesMind: random.chance(cancelShare),
    thinkMs: random.logNormal(thinkingMs(context.settings)),
  };
}

/** Draws a wish: its kind, or for the kinds of reading its purpose. */
function wishOf(draw: number): string {
  let sum = 0;
  for (const { share, kind, purpose } of wishes) {
    sum += share;
    if (draw < sum) return kind === 'read' ? purpose : kind;
  }
  return 'treatment';
}

/** Somebody who has no business with this patient, in one of the ways that occur. */
function snoop(
  { consentsToResearch }: Patient,
  asked: { readonly requestId: string; readonly patientId: string },
  by: (role: Role, elsewhere?: boolean) => string,
  way: number,
): Request {
  const read = { ...asked, kind: 'read' } as const;
  if (way < 0.5) return { ...read, staffId: by('nurse', true), purpose: 'treatment' };
  if (way < 0.7) return { ...read, staffId: by('receptionist'), purpose: 'treatment' };
  if (way < 0.9 || consentsToResearch) {
    return { ...asked, kind: 'erase', staffId: by('receptionist'), purpose: 'erasure' };
  }
  return { ...read, staffId: by('researcher'), purpose: 'research' };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
