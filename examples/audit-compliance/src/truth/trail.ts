import { faultsSince, type WorldContext } from '@firedrill/core/scenario';
import type { Answer, Entry, Request } from '../domain.ts';
import type { Clinics } from '../types.ts';

/** Whose data was touched and when, and what the auditors have of it. */
export interface Trail {
  accessed(requestId: string, patientId: string): void;
  entryIsSafe(entry: Entry): void;
  auditorsTook(entry: Entry, hasKey: boolean): void;
  /** Somebody was given an answer, of which there has to be an entry. */
  answered(request: Request, answer: Answer): void;
  lookForMissing(): void;
  accesses(): number;
  audit(): TrailAudit;
}

export interface TrailAudit {
  /** Accesses without any entry with the auditors. */
  readonly missing: number;
  /** Answers that were given, and of which the auditors have no entry. */
  readonly unrecorded: number;
  /** Denials among those. */
  readonly denialsUnrecorded: number;
  /** Answers of which the auditors have an entry that says somebody or something else. */
  readonly misrecorded: number;
  /** Entries that a store acknowledged, and that the auditors do not have in the end. */
  readonly lost: number;
  /** Entries that the auditors have more than once. */
  readonly twice: number;
  /** Entries that came to the auditors long after nothing stood in their way any more. */
  readonly late: number;
  /** Entries with the auditors, each counted once. */
  readonly entries: number;
  /** Accesses of which the auditors have the entry of a review. */
  readonly reviewed: ReadonlySet<string>;
}

/** When an access must have its entry at the latest, to be called missing while the run goes on. */
const missingAfterMs = 60_000;

/** So long after the last trouble on their way, and after they were written, entries are with the auditors. */
const heardWithinMs = 30_000;

const clock = (ms: number): string =>
  `${Math.floor(ms / 60_000)}:${String(Math.floor((ms % 60_000) / 1_000)).padStart(2, '0')}`;

/** What an entry says: two that say the same are one. */
const saidBy = (entry: Entry): string => {
  const { entryId, kind, staffId, patientId, purpose, decision, reason, accessId } = entry;
  return [entryId, kind, staffId, patientId, purpose, decision, reason, accessId].join(' ');
};

/** What the entry of an answer has to say: why the glass was broken, and which access was reviewed, too. */
function dueFor(request: Request, answer: Answer): string {
  const { requestId, kind, staffId, patientId, purpose } = request;
  return [
    requestId,
    kind,
    staffId,
    patientId,
    purpose,
    answer.status === 'denied' ? answer.reason : 'granted',
    kind === 'read' ? request.reason : kind === 'review' ? request.outcome : undefined,
    kind === 'review' ? request.accessId : undefined,
  ].join(' ');
}

export function createTrail(
  context: WorldContext<Clinics>,
  onTheWay: ReadonlySet<string>,
  onUnannounced: () => void,
): Trail {
  const { announce, violate, elapsedMs } = context;
  const accesses = new Map<string, { readonly patientId: string; readonly atMs: number }>();
  /** Accesses in the order of time, up to where they were looked at. */
  const order: string[] = [];
  let looked = 0;
  let isFirstMissing = true;
  /** Ids of entries that can no longer be lost, and what each of them says. */
  const safe = new Set<string>();
  /** When an entry was written or an answer given of which there has to be one, by what it says. */
  const knownMs = new Map<string, number>();
  let late = 0;
  const said = new Set<string>();
  const auditors = new Map<string, { readonly entry: Entry; times: number }>();
  const answers = new Map<
    string,
    { readonly requestId: string; readonly isDenial: boolean; readonly atMs: number }
  >();

  function isDue(what: string): void {
    if (!knownMs.has(what)) knownMs.set(what, elapsedMs());
  }

  function isLate(what: string): boolean {
    const sinceMs = elapsedMs() - heardWithinMs;
    if ((knownMs.get(what) ?? Infinity) > sinceMs) return false;
    return !faultsSince(context, sinceMs).some(({ service }) => onTheWay.has(service));
  }

  return {
    accesses: () => accesses.size,

    accessed(requestId, patientId) {
      if (accesses.has(requestId)) return;
      accesses.set(requestId, { patientId, atMs: elapsedMs() });
      order.push(requestId);
      if (safe.has(requestId)) return;
      onUnannounced();
      violate(
        'entry-before-access',
        `${patientId} is accessed (${requestId}), and there is no entry`,
      );
    },

    entryIsSafe(entry) {
      const what = saidBy(entry);
      isDue(what);
      safe.add(entry.entryId);
      said.add(what);
    },

    auditorsTook(entry, hasKey) {
      const what = saidBy(entry);
      safe.add(entry.entryId);
      said.add(what);
      const known = auditors.get(what);
      if (known === undefined) {
        auditors.set(what, { entry, times: 1 });
        if (isLate(what)) {
          late += 1;
          violate(
            'auditors-hear-soon',
            `${entry.entryId} comes to the auditors ${clock(elapsedMs())}`,
          );
        }
      } else if (!hasKey) {
        known.times += 1;
        violate('no-entry-twice', `${entry.entryId} stands ${known.times} times with the auditors`);
      }
    },

    answered(request, answer) {
      const { requestId } = request;
      const isDenial = answer.status === 'denied';
      const due = dueFor(request, answer);
      isDue(due);
      answers.set(due, { requestId, isDenial, atMs: elapsedMs() });
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
      const all = [...auditors.values()];
      const ids = new Set(all.map(({ entry }) => entry.entryId));
      const silent = [...answers.values()].filter(({ requestId }) => !ids.has(requestId));
      const [first] = silent;
      if (first !== undefined) {
        const text = `${first.requestId} was answered ${clock(first.atMs)} after the start, and the auditors have no entry`;
        violate('no-acknowledged-entry-lost', text);
      }
      const wrong = [...answers].filter(
        ([due, { requestId }]) => ids.has(requestId) && !auditors.has(due),
      );
      const [misrecorded] = wrong;
      if (misrecorded !== undefined) {
        violate('entry-as-answered', `no entry says "${misrecorded[0]}", as it was answered`);
      }
      return {
        missing: [...accesses.keys()].filter((id) => !ids.has(id)).length,
        unrecorded: silent.length,
        denialsUnrecorded: silent.filter(({ isDenial }) => isDenial).length,
        misrecorded: wrong.length,
        lost: [...said].filter((what) => !auditors.has(what)).length,
        twice: all.filter(({ times }) => times > 1).length,
        late,
        entries: auditors.size,
        // Who wanted to review it and was refused has not.
        reviewed: new Set(
          all.flatMap(({ entry }) =>
            entry.kind === 'review' && entry.decision === 'granted' ? (entry.accessId ?? []) : [],
          ),
        ),
      };
    },
  };
}
