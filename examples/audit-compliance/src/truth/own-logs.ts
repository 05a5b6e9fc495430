import type { WorldContext } from '@firedrill/core/scenario';
import type { Answer, Request } from '../domain.ts';
import type { Clinics } from '../types.ts';

/** What patients were shown of who has seen their record. */
export interface OwnLogs {
  asked(request: Request): void;
  told(request: Request, answer: Answer, askedMs: number): void;
  /** The platform has read a patient's number, to write to them. */
  wroteTo(patientId: string, messageId: string): void;
  /** Accesses that were missed in a list, and lines of somebody else's. */
  readonly wrong: number;
}

interface Seen {
  readonly patientId: string;
  /** When it was answered: from then on it has to be in every list. */
  answeredMs: number;
}

const keyOf = (entryId: string, staffId: string): string => `${entryId} ${staffId}`;

export function createOwnLogs({
  elapsedMs,
  violate,
}: Pick<WorldContext<Clinics>, 'elapsedMs' | 'violate'>): OwnLogs {
  /** By request and person. An id that was used for two patients is one of each. */
  const all = new Map<string, Seen[]>();
  let wrong = 0;

  function seenOf(key: string, patientId: string): Seen {
    const same = all.get(key) ?? [];
    all.set(key, same);
    const known = same.find((seen) => seen.patientId === patientId);
    if (known !== undefined) return known;
    const seen = { patientId, answeredMs: Infinity };
    same.push(seen);
    return seen;
  }

  function blame(text: string): void {
    wrong += 1;
    violate('own-log-complete', text);
  }

  return {
    asked({ requestId, staffId, patientId }) {
      seenOf(keyOf(requestId, staffId), patientId);
    },
    wroteTo(patientId, messageId) {
      const seen = seenOf(keyOf(messageId, 'system'), patientId);
      seen.answeredMs = Math.min(seen.answeredMs, elapsedMs());
    },
    told({ requestId, staffId, patientId }, answer, askedMs) {
      if (answer.status === 'listed') {
        const listed = new Set(answer.entries.map((entry) => keyOf(entry.entryId, entry.staffId)));
        for (const [key, same] of all) {
          const own = same.find((seen) => seen.patientId === patientId);
          const isListed = listed.has(key);
          if (own === undefined && isListed)
            blame(`${patientId} is shown ${key}, of somebody else`);
          if (own !== undefined && own.answeredMs <= askedMs && !isListed) {
            blame(`${patientId} is not shown ${key} (${requestId})`);
          }
        }
      }
      if (answer.status === 'denied') return;
      const seen = seenOf(keyOf(requestId, staffId), patientId);
      seen.answeredMs = Math.min(seen.answeredMs, elapsedMs());
    },
    get wrong() {
      return wrong;
    },
  };
}
