import { sleep, withPatience } from '@firedrill/core/resilience';
import { faultsSince, type Visit } from '@firedrill/core/scenario';
import {
  type Answer,
  messageIdOf,
  type Patient,
  type Purpose,
  type Request,
  type Role,
} from './domain.ts';
import { breakGlassToo, isCrowded, wantSameSlot } from './clients/crowd.ts';
import type { Press } from './clients/desks.ts';
import { eraseSomebody } from './clients/holds.ts';
import { answerOffer, giveBackLater } from './clients/offers.ts';
import { breakAgain, outcomeOf } from './clients/outcomes.ts';
import { askForLog } from './clients/own-logs.ts';
import { referSomebody } from './clients/referrals.ts';
import { useSession } from './clients/sessions.ts';
import { arrangeVisit } from './clients/visits.ts';
import type { Snooper } from './clients/curious.ts';
import { measures } from './measurements.ts';
import { patientId } from './services/clinic.ts';
import type { Settings } from './settings.ts';
import type { Truth } from './truth.ts';
import type { Clinics } from './types.ts';

type ClinicVisit = Visit<Clinics>;

/**
 * One member of the staff who wants something: presses a button, and again with the same id when there
 * is no answer in time. Who books for a patient may cancel later; who breaks the glass is reviewed,
 * if anybody asks for it.
 */
export async function visitClinic(visit: ClinicVisit): Promise<void> {
  const { context, truth } = visit;
  const { meter, settings } = context;
  const ask = (request: Request) => press(visit, request);
  if (truth.desks !== undefined) {
    const pressOnce = (request: Request) => pressButton(visit, request);
    const follow = (request: Request) => review(visit, request, 1_000 * settings.thinkSeconds);
    if (await useSession(visit, truth.desks, pressOnce, follow)) return;
  }
  if (settings.careTeam && (await referSomebody(visit, ask))) return;
  if (settings.retention && (await eraseSomebody(visit, ask))) return;
  if (settings.ownLog && (await askForLog(visit, ask))) return;
  const remind = (id: string, patient: string): Promise<void> =>
    waitForReminder(visit, id, patient);
  if (settings.providers && (await arrangeVisit(visit, ask, remind))) return;
  const plan = planVisit(visit);
  meter.count(measures.requests);
  const { request } = plan;
  const hasRival = request.kind === 'book' && isCrowded(visit);
  await Promise.all([carryOut(visit, plan, ask), hasRival && wantSameSlot(visit, request, ask)]);
}

/** The request of a visit, and what follows from its answer. */
async function carryOut(
  visit: ClinicVisit,
  { request, changesMind, confuses, thinkMs }: Plan,
  ask: Press,
): Promise<void> {
  const { context, arrival } = visit;
  const { meter, elapsedMs, settings } = context;
  const answer = await press(visit, request);
  meter.record(measures.timeToAnswer, elapsedMs() - arrival.atMs);
  if (answer === undefined) return;

  const isGiven = answer.status === 'booked' || answer.status === 'waitlisted';
  if (request.kind === 'book' && isGiven && changesMind) {
    await sleep(thinkMs);
    if (confuses) await press(visit, confusedWith(visit, cancellationOf(request)));
    await press(visit, cancellationOf(request));
    return;
  }
  if (settings.offers && request.kind === 'book' && answer.status === 'booked') {
    if (await giveBackLater(visit, request, ask)) return;
  }
  const isOffered = settings.offers && request.kind === 'book' && answer.status === 'waitlisted';
  const isAccepted =
    isOffered && (await answerOffer(visit, request, ask, context.random('offers')));
  if (request.kind === 'book' && (answer.status === 'booked' || isAccepted)) {
    await waitForReminder(visit, request.requestId, request.patientId);
  }
  if (request.purpose === 'emergency' && answer.status === 'shown') {
    await Promise.all([
      review(visit, request, thinkMs),
      lookAgain(visit, request),
      isCrowded(visit) &&
        breakGlassToo(visit, request, ask, (second) => reviewLate(visit, second, thinkMs)),
    ]);
    if (settings.outcomes) {
      await breakAgain(visit, request, ask, (again) => review(visit, again, thinkMs));
    }
  }
}

/** Somebody has an appointment, and waits to be reminded of it. */
async function waitForReminder(visit: ClinicVisit, id: string, patient: string): Promise<void> {
  const reminder = messageIdOf('reminder', id);
  visit.truth.promised(reminder, patient);
  await sleep(60_000 * visit.context.settings.reminderMinutes);
  await sentWithin(visit, reminder);
}

/** Share of the orders of a review that are forgotten until the privacy officer asks. */
const forgottenShare = 0.2;

/** Reviews an emergency access if somebody asks for it, sooner or later; whoever fails is asked again. */
async function review(visit: ClinicVisit, request: Request, thinkMs: number): Promise<void> {
  const isForgotten = visit.context.random('officers').chance(forgottenShare);
  if (!isForgotten && (await reviewWhenAsked(visit, request, { by: 'review', thinkMs }))) return;
  await reviewLate(visit, request, thinkMs);
}

/**
 * Whoever was asked by the privacy officer comes back to a review that has failed so often at the most, each time after
 * twice as long: no trouble lasts for all of it.
 */
const lateRounds = 5;

/** Reviews it when the privacy officer asks. */
async function reviewLate(visit: ClinicVisit, request: Request, thinkMs: number): Promise<void> {
  await sleep(60_000 * visit.context.settings.reviewMinutes);
  for (let round = 0; round < lateRounds; round += 1) {
    const waitMs = thinkMs * 2 ** round;
    if (await reviewWhenAsked(visit, request, { by: 'escalation', thinkMs: waitMs })) return;
  }
}

/** Waits for the message that asks for a review. Says whether nothing is left to be done about it. */
async function reviewWhenAsked(
  visit: ClinicVisit,
  request: Request,
  { by, thinkMs }: { readonly by: 'review' | 'escalation'; readonly thinkMs: number },
): Promise<boolean> {
  if (!(await sentWithin(visit, messageIdOf(by, request.requestId)))) return true;
  await sleep(thinkMs);
  const { settings, random } = visit.context;
  const done = reviewOf(visit, request);
  if (!settings.outcomes) return (await press(visit, done)) !== undefined;
  const isHasty = random('hasty officers').chance(hastyShare);
  if (isHasty) await press(visit, { ...done, requestId: `hasty-${done.requestId}` });
  return (await press(visit, { ...done, outcome: outcomeOf(visit, request) })) !== undefined;
}

/** Share of the reviews that are sent off at first without an outcome. */
const hastyShare = 0.1;

/** Share of the emergencies of which somebody opens the page once more when all is over. */
const lookingAgainShare = 0.3;

async function lookAgain(visit: ClinicVisit, request: Request): Promise<void> {
  const { random, settings } = visit.context;
  if (!random('second looks').chance(lookingAgainShare)) return;
  await sleep(60_000 * (settings.glassMinutes + 1));
  await press(visit, request);
}

/** How long somebody looks at an error before pressing again. */
const pauseBeforeRetryMs = 2_000;

/** Presses a button, in a session where people have to log in; `undefined` when it is given up. */
function press(visit: ClinicVisit, request: Request): Promise<Answer | undefined> {
  const pressOnce = (each: Request) => pressButton(visit, each);
  return visit.truth.desks?.ask(request, pressOnce) ?? pressOnce(request);
}

/** Presses a button until there is an answer; `undefined` when it is given up. */
async function pressButton(visit: ClinicVisit, request: Request): Promise<Answer | undefined> {
  const { context, truth, system } = visit;
  const { meter, settings, elapsedMs } = context;
  const pressedMs = elapsedMs();
  meter.count(measures.asked);
  truth.asked(request);
  for (let attempt = 1; attempt <= settings.userAttempts; attempt += 1) {
    meter.count(measures.presses);
    if (attempt > 1) meter.count(measures.retries);
    const sent = system.handle(request).finally(truth.attempts.started());
    const outcome = await withPatience(sent, settings.userTimeoutMs);
    if (outcome.kind === 'answered') {
      truth.told(request, outcome.answer);
      meter.count(measures.answered, 1, pressedMs);
      return outcome.answer;
    }
    const hasFailed = outcome.kind === 'failed';
    meter.count(hasFailed ? measures.failedAttempts : measures.timedOutAttempts);
    if (outcome.kind === 'failed') await sleep(pauseBeforeRetryMs);
  }
  meter.count(measures.gaveUp);
  return undefined;
}

/** How often somebody who waits for a message looks, at most. */
const lookEveryMs = 5_000;

/** Waits for a message; as long again when something fails meanwhile, from its end on. */
async function sentWithin({ context, truth }: ClinicVisit, messageId: string): Promise<boolean> {
  const { elapsedMs, settings } = context;
  const patienceMs = 60_000 * settings.patienceMinutes;
  const pauseMs = Math.min(lookEveryMs, patienceMs / 10);
  let sinceMs = elapsedMs();
  while (elapsedMs() < sinceMs + patienceMs) {
    if (truth.wasSent(messageId)) return true;
    await sleep(pauseMs);
    if (faultsSince(context, elapsedMs()).length > 0) sinceMs = elapsedMs();
  }
  return false;
}

const cancellationOf = (booking: Extract<Request, { kind: 'book' }>): Request => ({
  ...booking,
  kind: 'cancel',
  requestId: `cancel-${booking.requestId}`,
  appointmentId: booking.requestId,
});

/** The right appointment, and the patient of the next line. */
function confusedWith({ truth }: ClinicVisit, cancellation: Request): Request {
  const { patients } = truth.clinic;
  const place = patients.findIndex(({ id }) => id === cancellation.patientId);
  const { id = cancellation.patientId } = patients[(place + 4) % patients.length] ?? {};
  return { ...cancellation, requestId: `confused-${cancellation.requestId}`, patientId: id };
}

function reviewOf(
  { truth }: ClinicVisit,
  { requestId, patientId: id }: Request,
): Extract<Request, { kind: 'review' }> {
  const { clinic } = truth.clinic.patient(id);
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
  /** Names another patient first. */
  readonly confuses: boolean;
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

/** Share of the bookings that are cancelled, of those that name another patient first, and after how long. */
const cancelShare = 0.3;
const confusedShare = 0.1;
/** Share of the reads that come with an id that somebody else has used: a defect of their page. */
const reusedIdShare = 0.03;
const emergencyReason = 'unconscious on arrival';
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

function planVisit({ context, truth, arrival }: ClinicVisit): Plan {
  const { snoopShare, emergencyShare, patients, slots } = context.settings;
  const random = context.random('people');
  const { fields = {} } = arrival;
  const patient = truth.clinic.patient(fields['patient'] ?? patientId(random.integer(1, patients)));
  const mood = random.next();
  const wish = fields['kind'] ?? wishOf(random.next());
  const slot = random.integer(1, slots);
  const requestId = `request-${arrival.index + 1}`;
  const asked = { requestId, patientId: patient.id };
  const isReused = random.chance(reusedIdShare);
  const reusedId = `request-${random.integer(1, arrival.index + 1)}`;
  const by = (role: Role, elsewhere = false): string =>
    truth.clinic.someone(random, role, { clinic: patient.clinic, elsewhere }).id;

  const snooper = truth.curious?.snooper();
  const request = ((): Request => {
    if (snooper !== undefined) return lookOf(truth, requestId, snooper);
    if (fields['kind'] === undefined && mood < snoopShare) {
      return snoop(patient, asked, by, mood / snoopShare);
    }
    if (fields['kind'] === undefined && mood < snoopShare + emergencyShare) {
      return {
        ...asked,
        kind: 'read',
        staffId: by('physician', true),
        purpose: 'emergency',
        reason: emergencyReason,
      };
    }
    const { kind, role, purpose } =
      wishes.find((each) => each.kind === wish || each.purpose === wish) ?? wishes[0];
    const isTreating = purpose === 'treatment';
    const reader = isTreating ? truth.curious?.honest(patient.id, role) : undefined;
    const who = { ...asked, staffId: reader?.id ?? by(role), purpose };
    if (kind === 'update') return { ...who, kind, note: `seen at ${context.elapsedMs()}` };
    if (kind === 'book') return { ...who, kind, slotId: `slot-${slot}` };
    if (kind === 'read' && isReused) return { ...who, kind, requestId: reusedId };
    return { ...who, kind };
  })();
  return {
    request,
    changesMind: random.chance(cancelShare),
    confuses: random.chance(confusedShare),
    thinkMs: random.logNormal(thinkingMs(context.settings)),
  };
}

/** Somebody who is curious, and has the right. */
function lookOf(truth: Truth, requestId: string, { kind, ...looking }: Snooper): Request {
  const request: Request = { ...looking, kind: 'read', requestId, purpose: 'treatment' };
  truth.examination.planted(request, kind);
  return request;
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

/** An id that is guessed. */
const nobody = 'patient-x';

/** Somebody who has no business with this patient, in one of the ways that occur. */
function snoop(
  { consentsToResearch }: Patient,
  asked: { readonly requestId: string; readonly patientId: string },
  by: (role: Role, elsewhere?: boolean) => string,
  way: number,
): Request {
  const read = { ...asked, kind: 'read' } as const;
  if (way < 0.4) return { ...read, staffId: by('nurse', true), purpose: 'treatment' };
  if (way < 0.55) return { ...read, staffId: by('receptionist'), purpose: 'treatment' };
  if (way < 0.62) {
    return { ...asked, kind: 'update', staffId: by('nurse'), purpose: 'scheduling', note: 'late' };
  }
  if (way < 0.7) return { ...read, patientId: nobody, staffId: by('nurse'), purpose: 'treatment' };
  if (way < 0.76) return { ...read, staffId: by('physician', true), purpose: 'emergency' };
  if (way < 0.9 || consentsToResearch) {
    return { ...asked, kind: 'erase', staffId: by('receptionist'), purpose: 'erasure' };
  }
  return { ...read, staffId: by('researcher'), purpose: 'research' };
}
