import { z } from 'zod';
import type { Outcome } from './domain/outcomes.ts';

/** Types, schemas and pure rules of a health-care platform under HIPAA. Time is in virtual milliseconds. */

/** What a patient's record holds. All of it is protected health information. */
export const fields = [
  'name',
  'birthDate',
  'phone',
  'insurance',
  'bloodType',
  'allergies',
  'diagnoses',
  'medications',
  'notes',
] as const;
export type Field = (typeof fields)[number];

export type FieldValues = Partial<Record<Field, string>>;

/** What somebody wants the data for. */
export const purposes = [
  'treatment',
  'scheduling',
  'billing',
  'research',
  'emergency',
  'oversight',
  'erasure',
  /** A patient wants to know who has seen their record. */
  'own-log',
  /** To log in, to step up, and to end sessions: of no patient. */
  'session',
] as const;
export type Purpose = (typeof purposes)[number];

/** What somebody does. */
const kinds = [
  'read',
  'update',
  'book',
  'cancel',
  'review',
  'erase',
  'refer',
  'discharge',
  'hold',
  'release',
  'list',
  'log-in',
  'step-up',
  'revoke',
  'accept',
  'decline',
  'openings',
  'schedule',
  'unschedule',
] as const;
export type RequestKind = (typeof kinds)[number];

/** Why somebody may not. */
const reasons = [
  'role',
  'purpose',
  'care-team',
  'consent',
  /** There is no such patient. */
  'unknown',
  /** Glass is broken without saying why. */
  'no-reason',
  /** The glass that was broken is closed again. */
  'ended',
  /** The appointment is another patient's. */
  'appointment',
  /** The log is another patient's. */
  'not-own',
  /** A record has to be kept for some more years. */
  'retention',
  /** A record is on hold. */
  'hold',
  /** There is no session, or it is over. */
  'session',
  /** It is sensitive, and who asks has to show once more who they are. */
  'step-up',
  /** The slot is offered to somebody else by now, or was never offered. */
  'offer-over',
  /** The clock never shows that time, or the provider is not on duty then. */
  'not-offered',
  /** The clock shows that time twice: with its offset, it is one of the two. */
  'ambiguous-time',
  /** Somebody else sees the provider then. */
  'taken',
  /** A review says nothing of what it comes to. */
  'no-outcome',
  /** An emergency of theirs was none, not long ago. */
  'suspended',
] as const;
export type DenialReason = (typeof reasons)[number];

/**
 * What each purpose needs, and nothing else is shown: the minimum necessary of 45 CFR 164.502(b). That does not
 * bind what a provider asks for to treat somebody (164.502(b)(2)(i)): there it is the policy of these clinics,
 * by role, as 164.514(d)(2) has it for all uses.
 */
export const fieldsFor: Readonly<Record<Purpose, readonly Field[]>> = {
  treatment: ['name', 'birthDate', 'bloodType', 'allergies', 'diagnoses', 'medications', 'notes'],
  scheduling: ['name', 'phone'],
  billing: ['name', 'insurance', 'diagnoses'],
  research: ['diagnoses', 'medications'],
  emergency: ['name', 'bloodType', 'allergies', 'diagnoses', 'medications'],
  oversight: [],
  erasure: [],
  'own-log': [],
  session: [],
};

export type Role =
  | 'physician'
  | 'nurse'
  | 'receptionist'
  | 'billing-clerk'
  | 'researcher'
  | 'compliance-officer'
  | 'privacy-officer'
  | 'patient'
  | 'system';

/** What each role may want data for. */
export const purposesOf: Readonly<Record<Role, readonly Purpose[]>> = {
  physician: ['treatment', 'scheduling', 'emergency'],
  nurse: ['treatment', 'scheduling', 'emergency'],
  receptionist: ['scheduling'],
  'billing-clerk': ['billing'],
  researcher: ['research'],
  'compliance-officer': ['oversight'],
  'privacy-officer': ['erasure'],
  patient: ['own-log'],
  system: ['scheduling'],
};

export interface Staff {
  readonly id: string;
  readonly role: Role;
  readonly clinic: string;
}

export interface Patient {
  readonly id: string;
  readonly clinic: string;
  /**
   * Research needs the patient's authorisation (45 CFR 164.508(a)(1)); treatment and payment do not. It may
   * be taken back.
   */
  readonly consentsToResearch: boolean;
  readonly values: Readonly<Record<Field, string>>;
}

interface Asked {
  /** The same for every attempt: an attempt that is repeated is still one access. */
  readonly requestId: string;
  readonly staffId: string;
  readonly patientId: string;
  readonly purpose: Purpose;
  /** Where sessions are on: the log-in by which whoever asks is known. */
  readonly sessionId?: string | undefined;
}

/** What somebody asks of the platform. A booking's `requestId` is the id of the appointment. */
export type Request =
  /** `reason`: why the glass is broken, in an emergency. `isAutomatic`: a page asks, and nobody need be there. */
  | (Asked & {
      readonly kind: 'read';
      readonly reason?: string | undefined;
      readonly isAutomatic?: boolean | undefined;
    })
  | (Asked & { readonly kind: 'update'; readonly note: string })
  | (Asked & { readonly kind: 'book'; readonly slotId: string })
  | (Asked & { readonly kind: 'cancel'; readonly slotId: string; readonly appointmentId: string })
  /** What somebody says to whom a slot of the waitlist is offered. */
  | (Asked & {
      readonly kind: 'accept' | 'decline';
      readonly slotId: string;
      readonly appointmentId: string;
    })
  /** When a provider can be seen in a night, which has its name from the evening, such as 2027-03-13. */
  | (Asked & { readonly kind: 'openings'; readonly providerId: string; readonly date: string })
  /**
   * A visit by video, at a time of the clock of the patient's clinic, such as `2027-11-07 01:30`, and with `offset`,
   * such as `-05:00`, where it shows that twice. The `requestId` is the id of the visit.
   */
  | (Asked & {
      readonly kind: 'schedule';
      readonly providerId: string;
      readonly time: string;
      readonly offset?: string | undefined;
    })
  | (Asked & {
      readonly kind: 'unschedule';
      readonly providerId: string;
      readonly appointmentId: string;
    })
  /** The mandatory review of an emergency access; with outcomes, it says what it comes to. */
  | (Asked & {
      readonly kind: 'review';
      readonly accessId: string;
      readonly outcome?: Outcome | undefined;
    })
  | (Asked & { readonly kind: 'erase' })
  /** Somebody of another clinic is to treat the patient, until then (ISO 8601). */
  | (Asked & { readonly kind: 'refer'; readonly toStaffId: string; readonly until: string })
  /** A referral ends before its time. */
  | (Asked & { readonly kind: 'discharge'; readonly referralId: string })
  /** A record must not be erased, for as long as it takes. */
  | (Asked & { readonly kind: 'hold' })
  | (Asked & { readonly kind: 'release'; readonly holdId: string })
  /** A patient asks who has seen their record. */
  | (Asked & { readonly kind: 'list' })
  /**
   * Somebody begins a session, shows once more who they are, or ends all sessions of a person. That they are who
   * they say is proved outside. In place of a patient stands whose sessions they are; of a log-in, the id is the
   * session's.
   */
  | (Asked & { readonly kind: 'log-in' | 'step-up' | 'revoke' });

/** Who has an appointment. */
export interface Holder {
  readonly appointmentId: string;
  readonly patientId: string;
}

/** A line of their log, as a patient is shown it. */
export interface LoggedAccess {
  readonly entryId: string;
  readonly kind: RequestKind;
  readonly staffId: string;
  readonly purpose: Purpose;
  /** ISO 8601. */
  readonly at: string;
}

export type Answer =
  | { readonly status: 'shown'; readonly values: FieldValues }
  /** `next`: the appointment that got the slot which this cancellation freed. */
  | { readonly status: 'done'; readonly next?: Holder | undefined }
  | { readonly status: 'booked' }
  | { readonly status: 'waitlisted' }
  /** Times by the clock of the patient's clinic, each with its offset: `2027-11-07 01:30 -05:00`. */
  | { readonly status: 'open'; readonly times: readonly string[] }
  | { readonly status: 'scheduled'; readonly time: string }
  | { readonly status: 'listed'; readonly entries: readonly LoggedAccess[] }
  /** The record is erased when the waiting time is over, and nothing stands against it. */
  | { readonly status: 'ordered' }
  /** The record was erased. */
  | { readonly status: 'gone' }
  | { readonly status: 'denied'; readonly reason: DenialReason };

export type Decision =
  | { readonly kind: 'granted'; readonly fields: readonly Field[]; readonly breaksGlass: boolean }
  | { readonly kind: 'denied'; readonly reason: DenialReason };

/** What each kind of request may be made for: whoever schedules does not write into a chart. */
export const purposesFor: Readonly<Record<RequestKind, readonly Purpose[]>> = {
  read: ['treatment', 'scheduling', 'billing', 'research', 'emergency'],
  update: ['treatment'],
  book: ['scheduling'],
  cancel: ['scheduling'],
  review: ['oversight'],
  erase: ['erasure'],
  refer: ['treatment'],
  discharge: ['treatment'],
  hold: ['oversight'],
  release: ['oversight'],
  list: ['own-log'],
  'log-in': ['session'],
  'step-up': ['session'],
  revoke: ['session'],
  accept: ['scheduling'],
  decline: ['scheduling'],
  openings: ['scheduling'],
  schedule: ['scheduling'],
  unschedule: ['scheduling'],
};

/** Whoever can be asked who they are. */
const people: readonly Role[] = [
  'physician',
  'nurse',
  'receptionist',
  'billing-clerk',
  'researcher',
  'compliance-officer',
  'privacy-officer',
  'patient',
];

const rolesFor: Readonly<Record<RequestKind, readonly Role[]>> = {
  read: ['physician', 'nurse', 'receptionist', 'billing-clerk', 'researcher', 'system'],
  update: ['physician', 'nurse'],
  book: ['receptionist', 'nurse'],
  cancel: ['receptionist', 'nurse'],
  review: ['compliance-officer'],
  erase: ['privacy-officer'],
  refer: ['physician'],
  discharge: ['physician'],
  hold: ['compliance-officer'],
  release: ['compliance-officer'],
  list: ['patient'],
  'log-in': people,
  'step-up': people,
  revoke: ['privacy-officer'],
  accept: ['receptionist', 'nurse'],
  decline: ['receptionist', 'nurse'],
  openings: ['receptionist', 'nurse'],
  schedule: ['receptionist', 'nurse'],
  unschedule: ['receptionist', 'nurse'],
};

/** Whether somebody of this role may do such a thing at all, whomever it concerns. */
export const roleMay = (role: Role, kind: RequestKind): boolean => rolesFor[kind].includes(role);

/** Purposes for which it must be one's own patient. */
const ofTheCareTeam: ReadonlySet<Purpose> = new Set(['treatment', 'scheduling']);

/** What of a request its lawfulness depends on. */
export type Asking = Pick<Request, 'kind' | 'purpose'> & {
  readonly reason?: string | undefined;
  /** Whose log it is. */
  readonly patientId?: string | undefined;
};

/**
 * Whether an access is lawful: by role, by purpose, by care team and by the patient's consent, in this
 * order. An emergency breaks the glass: it needs no care team, has to say why, and is reviewed
 * afterwards.
 *
 * @param staff `undefined` when nobody knows them; likewise the patient
 */
export function decide(
  { kind, purpose, reason = '', patientId }: Asking,
  staff: Staff | undefined,
  patient: Pick<Patient, 'clinic' | 'consentsToResearch'> | undefined,
): Decision {
  if (staff === undefined || !roleMay(staff.role, kind)) return { kind: 'denied', reason: 'role' };
  const { role, clinic } = staff;
  if (!purposesOf[role].includes(purpose) || !purposesFor[kind].includes(purpose)) {
    return { kind: 'denied', reason: 'purpose' };
  }
  if (patient === undefined) return { kind: 'denied', reason: 'unknown' };
  if (purpose === 'own-log' && staff.id !== patientId) {
    return { kind: 'denied', reason: 'not-own' };
  }
  if (purpose === 'emergency' && reason.trim() === '') {
    return { kind: 'denied', reason: 'no-reason' };
  }
  if (ofTheCareTeam.has(purpose) && role !== 'system' && clinic !== patient.clinic) {
    return { kind: 'denied', reason: 'care-team' };
  }
  if (purpose === 'research' && !patient.consentsToResearch) {
    return { kind: 'denied', reason: 'consent' };
  }
  return { kind: 'granted', fields: fieldsFor[purpose], breaksGlass: purpose === 'emergency' };
}

/** One line of the audit trail: who, whose data, what for, and whether it was allowed. No data. */
export const entrySchema = z.object({
  entryId: z.string(),
  kind: z.enum(kinds),
  staffId: z.string(),
  patientId: z.string(),
  purpose: z.enum(purposes),
  decision: z.enum(['granted', ...reasons]),
  /** Why the glass was broken, as somebody said; of a review, what it came to. */
  reason: z.string().optional(),
  /** Of a review: the access that was reviewed. */
  accessId: z.string().optional(),
});
export type Entry = Readonly<z.infer<typeof entrySchema>>;

/**
 * The entry of a request. An attempt that is repeated says the same, and is the same entry; the same id
 * from somebody else, or with another decision, is another one.
 */
export function entryOf(request: Request, decision: Entry['decision']): Entry {
  const { requestId, kind, staffId, patientId, purpose } = request;
  return {
    entryId: requestId,
    kind,
    staffId,
    patientId,
    purpose,
    decision,
    ...(request.kind === 'read' && request.reason !== undefined && { reason: request.reason }),
    ...(request.kind === 'review' && { accessId: request.accessId }),
    ...(request.kind === 'review' && request.outcome !== undefined && { reason: request.outcome }),
  };
}

/** The access that the platform itself makes when it writes to a patient: it reads the number. */
export const messageRequest = (messageId: string, patientId: string): Request => ({
  kind: 'read',
  requestId: messageId,
  staffId: 'system',
  patientId,
  purpose: 'scheduling',
});

/** Why the platform writes to somebody; the ids tell one message from all others. */
export type MessageKind = 'reminder' | 'offer' | 'review' | 'escalation' | 'alert' | 'notice';

export const messageIdOf = (kind: MessageKind, subject: string): string => `${kind}-${subject}`;

/** Where emergency accesses are reviewed. */
export const complianceDesk = 'compliance@clinics.example';

/** Who is told of an emergency access that nobody has reviewed in time, and of what looks like curiosity. */
export const privacyDesk = 'privacy@clinics.example';
