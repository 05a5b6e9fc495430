import type { WorldContext } from '@firedrill/core/scenario';
import type { Answer, DenialReason, Entry, Holder, Request } from './domain.ts';
import type { Curious } from './clients/curious.ts';
import { type Desks, isSentAway } from './clients/desks.ts';
import type { TamperingMeans } from './log/tampering.ts';
import { isOfSessions } from './domain/sessions.ts';
import type { Care } from './services/care.ts';
import type { Clinic } from './services/clinic.ts';
import type { Consents } from './services/consents.ts';
import type { Night, Providers } from './services/providers.ts';
import type { Records } from './services/records.ts';
import type { LogFile } from './system.ts';
import { createBookings } from './truth/bookings.ts';
import { type CareTeams, createCareTeams } from './truth/care-team.ts';
import { createExamination, type Examination } from './truth/examined.ts';
import { createGlass } from './truth/glass.ts';
import { isLawful, neededFields } from './truth/law.ts';
import { createMessages, type MessageTotals } from './truth/messages.ts';
import { createOffers, type Offers } from './truth/offers.ts';
import { createOutcomes, type Outcomes } from './truth/outcomes.ts';
import { createOwnLogs, type OwnLogs } from './truth/own-logs.ts';
import { createPrivacy } from './truth/privacy.ts';
import { createKept, type Kept } from './truth/retention.ts';
import { createSessions, type Sessions } from './truth/sessions.ts';
import { createShown } from './truth/shown.ts';
import { createVisits, type Visits } from './truth/visits.ts';
import { createTrail, type TrailAudit } from './truth/trail.ts';
import type { Clinics } from './types.ts';
import { type Attempts, processNames } from './world.ts';

/**
 * What really happened: whose data was touched and when, what the auditors have of it, what the staff
 * was shown and told, and what patients received. No implementation can read or change it; the checks
 * compare with it.
 */
export interface Truth extends Deeds {
  readonly clinic: Clinic;
  /** Roots of the log that were published, where nobody of the platform can change them. */
  readonly published: readonly { readonly size: number; readonly root: string }[];
  /** By which the log is verified, in hexadecimal. */
  readonly publicKey: string;
  /** The log that was deposited in the end. */
  log(): LogFile | undefined;
  /** What somebody has who tries to tamper with it, and who looks. */
  readonly tampering: TamperingMeans;
  readonly attempts: Attempts;
  /** Providers on duty, of whom people know. */
  readonly nights: readonly Night[];
  /** Draws snoopers inside their rights, and those who have a reason; `undefined` unless there are any. */
  readonly curious: Curious | undefined;
  /** Where people log in; `undefined` unless they have to. */
  readonly desks: Desks | undefined;
}

/** What was done, by whom. */
export interface Deeds {
  /** Somebody's data is read or changed, at this instant. */
  accessed(requestId: string, patientId: string): void;
  /** A patient has a data key, in hexadecimal. */
  keyed(patientId: string, dataKey: string): void;
  /** A patient's key is destroyed, at this instant. */
  destroyed(patientId: string): void;
  /** The entry can no longer be lost: it is with the auditors, or committed in a store. */
  entryIsSafe(entry: Entry): void;
  /** The auditors' copy has one more line; with a key the same line is taken once. */
  auditorsTook(entry: Entry, hasKey: boolean): void;
  /** The staff asks for something, for the first time. */
  asked(request: Request): void;
  /** The staff was given an answer. */
  told(request: Request, answer: Answer): void;
  /** A message to a patient or an officer; the same id is delivered once. */
  messageSent(messageId: string, to: string, text?: string): void;
  wasSent(messageId: string): boolean;
  /**
   * A patient was promised something: `messageId` must have been sent in the end, unless the patient
   * was erased, number and all.
   */
  promised(messageId: string, patientId: string): void;
  /** Somebody from the waitlist has a slot: they must hear of it, and be reminded of it. */
  movedUp(holder: Holder): void;
  /** Names the accesses that are still without any entry, a minute later. */
  lookForMissing(): void;
  /** Referrals to other clinics, for whoever judges who may treat whom. */
  readonly careTeams: Pick<CareTeams, 'wrong'>;
  /** What has to be kept, and what is erased. */
  readonly kept: Pick<Kept, 'wrong' | 'forgotten'>;
  /** What patients were shown of their own log. */
  readonly ownLogs: Pick<OwnLogs, 'wrong'>;
  /** What was offered from the waitlist. */
  readonly offers: Pick<Offers, 'wrong' | 'rivals' | 'stuck' | 'untilMs'>;
  /** What reviews came to. */
  readonly outcomes: Pick<Outcomes, 'wrong' | 'untold'>;
  /** Visits with providers, and what was told of them. */
  readonly visits: Pick<Visits, 'misTold' | 'wrong' | 'twice'>;
  /** When each erased patient's erasure was confirmed. */
  readonly erased: ReadonlyMap<string, number>;
  /** Sessions, and who was answered in which. */
  readonly sessions: Pick<Sessions, 'wrong' | 'wrongStepUps'>;
  /** Accesses for treatment, for whoever judges who examines them. */
  readonly examination: Examination;
  /** Counts that follow from all of the above. */
  audit(): AuditResult;
  readonly totals: TruthTotals;
}

export interface TruthTotals extends MessageTotals {
  accesses: number;
  answers: number;
  denials: number;
  /** Accesses at whose instant there was no entry that could not be lost. */
  unannounced: number;
  /** Fields shown beyond what their purpose needs. */
  fieldsTooMany: number;
  /** Accesses that role, purpose, care team or consent forbid, and that were granted. */
  unlawful: number;
  /** Lawful requests that were denied. */
  wrongDenials: number;
  erased: number;
}

export interface AuditResult extends Omit<TrailAudit, 'reviewed'> {
  /** Emergency accesses, and those without the entry of a review. */
  readonly emergencies: number;
  readonly unreviewed: number;
  /** Emergencies that nobody reviewed in time and nobody was told of, and others that were escalated. */
  readonly unescalated: number;
  readonly needlesslyEscalated: number;
  /** Messages that were promised and never sent. */
  readonly unsent: number;
  /** Records that anybody with the database can read. */
  readonly readable: number;
  /** Erased patients of whom something can still be read, be it from a backup, or was shown. */
  readonly erasedReadable: number;
  /** Patients whose key opens the record of another as well. */
  readonly sharedKeys: number;
  /** Keys that are still wrapped by an old master key. */
  readonly staleKeys: number;
  /** Appointments in a slot that somebody else has, who never gave it back. */
  readonly doubleBooked: number;
  /** Slots that were free and not given, or freed and not handed on to whoever has waited longest. */
  readonly withheld: number;
  /** What was shown of a record and does not stand in it. */
  readonly falselyShown: number;
}

/** What there is to look at. */
interface Sources {
  readonly clinic: Clinic;
  readonly consents: Consents;
  readonly records: Records;
  readonly care: Care | undefined;
  readonly providers: Providers;
}

/** Why a time cannot be had. */
const unavailable: ReadonlySet<DenialReason> = new Set(['not-offered', 'ambiguous-time', 'taken']);

/** The same request of the same person, whatever else has its id. */
const askKey = ({ requestId, staffId }: Request): string => `${requestId} ${staffId}`;

export function createDeeds(
  context: WorldContext<Clinics>,
  { clinic, consents, records, care, providers }: Sources,
): Deeds {
  const { violate, elapsedMs, settings } = context;
  const totals: TruthTotals = {
    accesses: 0,
    answers: 0,
    denials: 0,
    unannounced: 0,
    fieldsTooMany: 0,
    unlawful: 0,
    wrongDenials: 0,
    erased: 0,
    messages: 0,
    misdirected: 0,
    remindedInVain: 0,
    remindedTooEarly: 0,
  };
  const onTheWay = new Set(['audit', 'store', ...processNames(settings.processes)]);
  const trail = createTrail(context, onTheWay, () => {
    totals.unannounced += 1;
  });
  const bookings = createBookings(context, !settings.offers);
  const shown = createShown(context, (patientId) => clinic.findPatient(patientId));
  const messages = createMessages(context, clinic, bookings, totals);
  const privacy = createPrivacy(context, clinic, records);
  const glass = createGlass({
    glassMs: 60_000 * settings.glassMinutes,
    reviewMs: 60_000 * settings.reviewMinutes,
    elapsedMs,
  });
  const careTeams = createCareTeams(context);
  const kept = createKept(context, (patientId) => clinic.mustBeKept(patientId));
  const ownLogs = createOwnLogs(context);
  const sessions = createSessions(context, clinic);
  const offers = createOffers(context);
  const outcomes = createOutcomes(context, clinic);
  const visits = createVisits(context, clinic, providers);
  const examination = createExamination(care ?? { treats: () => true, isNear: () => false });
  const emergencies = new Set<string>();
  /** When each request was made for the first time. */
  const askedAt = new Map<string, number>();

  /** Whether the law allows it, as things stood then. */
  function mayAt(request: Request, atMs: number): boolean {
    const { patientId, staffId } = request;
    if (glass.isClosed(request, atMs)) return false;
    const home = clinic.findPatient(patientId)?.clinic;
    if ('appointmentId' in request) {
      const owner = bookings.patientOf(request.appointmentId) ?? patientId;
      if (owner !== patientId) return false;
    }
    return isLawful(
      request,
      clinic.findStaff(staffId),
      home === undefined
        ? undefined
        : { clinic: home, consentsToResearch: consents.holds(patientId, atMs) },
    );
  }

  /** Not the law of access stands against it. */
  const isOtherwiseDenied = (answer: Answer): boolean =>
    answer.status === 'denied' &&
    ((settings.retention && (answer.reason === 'retention' || answer.reason === 'hold')) ||
      (settings.offers && answer.reason === 'offer-over') ||
      (settings.outcomes && (answer.reason === 'suspended' || answer.reason === 'no-outcome')) ||
      (settings.providers && unavailable.has(answer.reason)));

  /** Somebody who may treat people, and this one only after a referral. */
  function isOutsider(request: Request): boolean {
    const { kind, purpose, staffId, patientId } = request;
    const staff = clinic.findStaff(staffId);
    const patient = clinic.findPatient(patientId);
    if (kind !== 'read' || purpose !== 'treatment') return false;
    if (staff === undefined || patient === undefined || staff.clinic === patient.clinic)
      return false;
    const atHome = { clinic: staff.clinic, consentsToResearch: false };
    return isLawful(request, staff, atHome);
  }

  function judgeFields({ requestId, staffId, purpose, patientId }: Request, answer: Answer): void {
    if (answer.status !== 'shown') return;
    const needed: readonly string[] = neededFields[purpose];
    const extra = Object.keys(answer.values).filter((field) => !needed.includes(field));
    if (extra.length === 0) return;
    totals.fieldsTooMany += extra.length;
    violate(
      'minimum-necessary',
      `${staffId} is shown ${extra.join(', ')} of ${patientId} for ${purpose} (${requestId})`,
    );
  }

  /** What ended or began meanwhile was there or not: either answer is right. */
  function judgeDecision(request: Request, answer: Answer, askedMs: number): void {
    const { requestId, kind, staffId, patientId, purpose } = request;
    const wasLawful = mayAt(request, askedMs);
    const isLawfulNow = mayAt(request, elapsedMs());
    const what = `${kind} ${patientId} for ${purpose}`;
    if (answer.status === 'denied') {
      if (!wasLawful || !isLawfulNow) return;
      totals.wrongDenials += 1;
      violate('lawful-served', `${staffId} may ${what}, and was denied`);
    } else if (!wasLawful && !isLawfulNow) {
      totals.unlawful += 1;
      violate('lawful-only', `${staffId} may not ${what} and did (${requestId})`);
    }
  }

  return {
    totals,
    careTeams,
    kept,
    ownLogs,
    sessions,
    offers,
    outcomes,
    visits,
    erased: privacy.erased,
    examination,
    keyed: (...args) => privacy.keyed(...args),
    destroyed(patientId) {
      if (!settings.retention) return;
      kept.destroyed(patientId);
      privacy.destroyed(patientId);
    },
    accessed(requestId, patientId) {
      trail.accessed(requestId, patientId);
      totals.accesses = trail.accesses();
    },
    entryIsSafe(entry) {
      trail.entryIsSafe(entry);
      glass.entryIsSafe(entry);
    },
    auditorsTook(entry, hasKey) {
      trail.auditorsTook(entry, hasKey);
      glass.entryIsSafe(entry);
    },
    lookForMissing: (...args) => trail.lookForMissing(...args),
    asked(request) {
      askedAt.set(askKey(request), elapsedMs());
      bookings.asked(request);
      careTeams.asked(request);
      kept.asked(request);
      if (settings.ownLog) ownLogs.asked(request);
      if (settings.sessions) sessions.asked(request);
      if (settings.offers) offers.asked(request);
      if (settings.providers) visits.asked(request);
      if (settings.outcomes) outcomes.asked(request);
      shown.asked(request);
      glass.asked(request);
    },
    told(request, answer) {
      const askedMs = askedAt.get(askKey(request)) ?? elapsedMs();
      totals.answers += 1;
      if (answer.status === 'denied') totals.denials += 1;
      trail.answered(request, answer);
      if (settings.sessions) {
        sessions.told(request, answer, askedMs);
        // Of a patient nothing was asked, or nothing was decided.
        if (isOfSessions(request) || isSentAway(answer)) return;
      }
      bookings.told(request, answer, elapsedMs(), askedMs);
      if (settings.offers) offers.told(request, answer, askedMs);
      if (settings.providers) visits.told(request, answer, askedMs);
      if (settings.outcomes) outcomes.told(request, answer, askedMs);
      careTeams.told(request, answer);
      if (settings.ownLog) ownLogs.told(request, answer, askedMs);
      if (settings.retention) kept.told(request, answer, askedMs);
      glass.told(request, answer);
      shown.told(request, answer, askedMs);
      privacy.told(request, answer, askedMs);
      if (settings.examine) examination.told(request, answer, askedMs);
      totals.erased = privacy.erased.size;
      if (request.purpose === 'emergency' && answer.status === 'shown') {
        emergencies.add(request.requestId);
      }
      if (answer.status === 'done' && answer.next !== undefined) messages.movedUp(answer.next);
      judgeFields(request, answer);
      if (settings.careTeam && isOutsider(request)) careTeams.judge(request, answer, askedMs);
      else if (!isOtherwiseDenied(answer)) judgeDecision(request, answer, askedMs);
    },
    messageSent(messageId, to, text) {
      messages.sent(messageId, to);
      if (settings.offers) offers.messageSent(messageId, text);
      if (settings.providers) visits.messageSent(messageId, text);
      if (settings.outcomes) outcomes.messageSent(messageId, to);
      glass.messageSent(messageId);
      if (settings.examine) examination.messageSent(messageId);
      const reached = messages.patientOf(messageId) ?? outcomes.patientOf(messageId);
      if (settings.ownLog && reached !== undefined) ownLogs.wroteTo(reached, messageId);
    },
    wasSent: (...args) => messages.wasSent(...args),
    promised: (...args) => messages.promised(...args),
    movedUp: (...args) => messages.movedUp(...args),
    audit() {
      const { reviewed, ...found } = trail.audit();
      return {
        ...found,
        emergencies: emergencies.size,
        unreviewed: [...emergencies].filter((id) => !reviewed.has(id)).length,
        unescalated: glass.unescalated(),
        needlesslyEscalated: glass.needless(),
        unsent: messages.unsent(privacy.erased),
        readable: privacy.readable(),
        erasedReadable: privacy.erasedReadable(),
        sharedKeys: privacy.sharedKeys(),
        staleKeys: privacy.staleKeys(),
        doubleBooked: bookings.doubleBooked(),
        withheld: bookings.withheld,
        falselyShown: shown.falseFields,
      };
    },
  };
}
