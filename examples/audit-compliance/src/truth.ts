import type { PhaseContext } from '@firedrill/core/scenario';
import type { Clinic } from './clinic.ts';
import { type Answer, decide, type Entry, fieldsFor, messageIdOf, type Request } from './domain.ts';
import type { Records } from './records.ts';
import type { Settings } from './settings.ts';

/**
 * What really happened: whose data was touched and when, what the auditors have of it, what the staff
 * was shown and told, and what patients received. No implementation can read or change it; the checks
 * compare with it.
 */
export interface Truth {
  /** Somebody's data is read or changed, at this instant. */
  accessed(requestId: string, patientId: string): void;
  /** The entry can no longer be lost: it is with the auditors, or committed in a store. */
  entryIsSafe(entryId: string): void;
  /** The auditors' copy has one more line; with a key the same line is taken once. */
  auditorsTook(entry: Entry, key: string | undefined): void;
  /** The staff was given an answer. */
  told(request: Request, answer: Answer): void;
  /** A message to a patient or an officer; the same id is delivered once. */
  messageSent(messageId: string): void;
  wasSent(messageId: string): boolean;
  /**
   * A patient was promised something: `messageId` must have been sent in the end, unless the patient
   * was erased, number and all.
   */
  promised(messageId: string, patientId: string): void;
  /** Names the accesses that are still without any entry, a minute later. */
  lookForMissing(): void;
  /** Counts that follow from all of the above. */
  audit(): AuditResult;
  readonly totals: TruthTotals;
}

export interface TruthTotals {
  accesses: number;
  answers: number;
  denials: number;
  /** Accesses at whose instant there was no entry that could not be lost. */
  unannounced: number;
  /** Fields shown beyond what their purpose needs. */
  fieldsTooMany: number;
  /** Accesses that role, purpose, care team or consent forbid, and that were granted. */
  unlawful: number;
  erased: number;
  messages: number;
}

export interface AuditResult {
  /** Accesses without any entry with the auditors. */
  readonly missing: number;
  /** Answers that were given, and of which the auditors have no entry. */
  readonly unrecorded: number;
  /** Denials among those. */
  readonly denialsUnrecorded: number;
  /** Entries that a store acknowledged, and that the auditors do not have in the end. */
  readonly lost: number;
  /** Entries that the auditors have more than once. */
  readonly twice: number;
  /** Entries with the auditors, each counted once. */
  readonly entries: number;
  /** Emergency accesses, and those without the entry of a review. */
  readonly emergencies: number;
  readonly unreviewed: number;
  /** Messages that were promised and never sent. */
  readonly unsent: number;
  /** Records that anybody with the database can read. */
  readonly readable: number;
  /** Erased patients of whom something can still be read, be it from a backup. */
  readonly erasedReadable: number;
}

/** When an access must have its entry at the latest, to be called missing while the run goes on. */
const missingAfterMs = 60_000;

const clock = (ms: number): string =>
  `${Math.floor(ms / 60_000)}:${String(Math.floor((ms % 60_000) / 1_000)).padStart(2, '0')}`;

export function createTruth(
  { announce, violate, elapsedMs }: PhaseContext<Settings>,
  clinic: Clinic,
  records: Records,
): Truth {
  const accesses = new Map<string, { readonly patientId: string; readonly atMs: number }>();
  /** Accesses in the order of time, up to where they were looked at. */
  const order: string[] = [];
  let looked = 0;
  let isFirstMissing = true;
  const safe = new Set<string>();
  const auditors = new Map<string, { readonly entry: Entry; times: number }>();
  const keys = new Set<string>();
  const answers = new Map<string, { readonly isDenial: boolean; readonly atMs: number }>();
  const emergencies = new Set<string>();
  const sent = new Set<string>();
  const promises = new Map<string, string>();
  const erased = new Set<string>();
  const totals: TruthTotals = {
    accesses: 0,
    answers: 0,
    denials: 0,
    unannounced: 0,
    fieldsTooMany: 0,
    unlawful: 0,
    erased: 0,
    messages: 0,
  };

  function shown({ requestId, staffId, purpose, patientId }: Request, answer: Answer): void {
    if (answer.status !== 'shown') return;
    const needed: readonly string[] = fieldsFor[purpose];
    const extra = Object.keys(answer.values).filter((field) => !needed.includes(field));
    if (extra.length === 0) return;
    totals.fieldsTooMany += extra.length;
    violate(
      'minimum-necessary',
      `${staffId} is shown ${extra.join(', ')} of ${patientId} for ${purpose} (${requestId})`,
    );
  }

  function isReadable(patientId: string): boolean {
    const { insurance } = clinic.patient(patientId).values;
    const hasKey = records.keyOf(patientId) !== undefined;
    return records
      .copiesOf(patientId)
      .some(({ values }) => hasKey || Object.values(values).includes(insurance));
  }

  return {
    totals,

    accessed(requestId, patientId) {
      if (accesses.has(requestId)) return;
      totals.accesses += 1;
      accesses.set(requestId, { patientId, atMs: elapsedMs() });
      order.push(requestId);
      if (safe.has(requestId)) return;
      totals.unannounced += 1;
      violate(
        'entry-before-access',
        `${patientId} is accessed (${requestId}), and there is no entry`,
      );
    },

    entryIsSafe(entryId) {
      safe.add(entryId);
    },

    auditorsTook(entry, key) {
      if (key !== undefined && keys.has(key)) return;
      if (key !== undefined) keys.add(key);
      safe.add(entry.entryId);
      const known = auditors.get(entry.entryId);
      if (known === undefined) {
        auditors.set(entry.entryId, { entry, times: 1 });
        return;
      }
      known.times += 1;
      violate('no-entry-twice', `${entry.entryId} stands ${known.times} times with the auditors`);
    },

    told(request, answer) {
      const { requestId, staffId, patientId, purpose } = request;
      totals.answers += 1;
      const isDenial = answer.status === 'denied';
      if (isDenial) totals.denials += 1;
      answers.set(requestId, { isDenial, atMs: elapsedMs() });
      if (purpose === 'emergency' && answer.status === 'shown') emergencies.add(requestId);
      if (request.kind === 'erase' && answer.status === 'done') {
        erased.add(patientId);
        totals.erased = erased.size;
      }
      if (answer.status === 'done' && answer.next !== undefined) {
        const { appointmentId, patientId: offered } = answer.next;
        promises.set(messageIdOf('offer', appointmentId), offered);
      }
      shown(request, answer);
      const lawful = decide(request, clinic.staff(staffId), clinic.patient(patientId));
      if (lawful.kind === 'granted' || isDenial) return;
      totals.unlawful += 1;
      violate(
        'lawful-only',
        `${staffId} may not ${request.kind} ${patientId} for ${purpose} (${lawful.reason}), and did (${requestId})`,
      );
    },

    messageSent(messageId) {
      if (sent.has(messageId)) return;
      sent.add(messageId);
      totals.messages += 1;
    },
    wasSent: (messageId) => sent.has(messageId),
    promised(messageId, patientId) {
      promises.set(messageId, patientId);
    },

    lookForMissing() {
      const limit = elapsedMs() - missingAfterMs;
      for (; looked < order.length; looked += 1) {
        const requestId = order[looked] ?? '';
        const { atMs, patientId } = accesses.get(requestId) ?? { atMs: Infinity, patientId: '' };
        if (atMs > limit) return;
        if (safe.has(requestId)) continue;
        const text = `${patientId} was accessed ${clock(atMs)} after the start (${requestId}), and a minute later there is no entry`;
        violate('no-access-without-entry', text);
        if (isFirstMissing) announce({ name: 'entry-missing', severity: 'critical', text });
        isFirstMissing = false;
      }
    },

    audit() {
      const missing = [...accesses.keys()].filter((id) => !auditors.has(id)).length;
      const silent = [...answers].filter(([id]) => !auditors.has(id));
      const all = [...auditors.values()];
      const reviewed = new Set(all.flatMap(({ entry }) => entry.accessId ?? []));
      const [first] = silent;
      if (first !== undefined) {
        const [requestId, { atMs }] = first;
        const text = `${requestId} was answered ${clock(atMs)} after the start, and the auditors have no entry`;
        violate('no-acknowledged-entry-lost', text);
      }
      return {
        missing,
        unrecorded: silent.length,
        lost: [...safe].filter((id) => !auditors.has(id)).length,
        denialsUnrecorded: silent.filter(([, { isDenial }]) => isDenial).length,
        twice: all.filter(({ times }) => times > 1).length,
        entries: auditors.size,
        emergencies: emergencies.size,
        unreviewed: [...emergencies].filter((id) => !reviewed.has(id)).length,
        unsent: [...promises].filter(([id, patientId]) => !sent.has(id) && !erased.has(patientId))
          .length,
        readable: clinic.patients.filter(({ id, values }) =>
          records
            .copiesOf(id)
            .some((copy) => Object.values(copy.values).includes(values.insurance)),
        ).length,
        erasedReadable: [...erased].filter((id) => isReadable(id)).length,
      };
    },
  };
}
