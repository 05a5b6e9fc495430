import type { Examined } from '@firedrill/core/scenario';
import type { CuriousKind } from '../clients/curious.ts';
import { type Answer, messageIdOf, type Request } from '../domain.ts';
import { createScoring, type Knowledge } from '../domain/snooping.ts';

/** Accesses for treatment, what was planted among them, and what was told of them. */
export interface Examination {
  /** Before it is asked for: this access is none of theirs. */
  planted(request: Request, kind: CuriousKind): void;
  told(request: Request, answer: Answer, atMs: number): void;
  messageSent(messageId: string): void;
  /** All accesses for treatment that were granted in the time that is judged. */
  all(isJudged: (atMs: number) => boolean): readonly Examined[];
}

/** Two people may use the same id of a request. */
export const alertOf = ({ requestId, staffId }: Pick<Request, 'requestId' | 'staffId'>): string =>
  messageIdOf('alert', `${requestId} ${staffId}`);

/** So many different ones in a row show what somebody is about, within so long, in ms. */
const firstLooks = 6;
const rowMs = 10 * 60_000;

interface Access {
  readonly kind: string | undefined;
  readonly atMs: number;
  readonly score: number;
}

export function createExamination(knowledge: Knowledge): Examination {
  const kinds = new Map<string, CuriousKind>();
  const accesses = new Map<string, Access>();
  const sent = new Set<string>();
  const score = createScoring(knowledge);
  /** Of those who look at many, and of whom many look at: the other side of each look. */
  const rows = new Map<CuriousKind, { readonly other: string; readonly atMs: number }[]>();

  /** Nothing tells the first looks of a row from honest work. */
  function kindOf(request: Request, atMs: number): string | undefined {
    const kind = kinds.get(alertOf(request));
    if (kind !== 'sweep' && kind !== 'celebrity') return kind;
    const row = (rows.get(kind) ?? []).filter((look) => look.atMs > atMs - rowMs);
    const other = kind === 'sweep' ? request.patientId : request.staffId;
    const others = new Set(row.map((look) => look.other));
    others.delete(other);
    rows.set(kind, [...row, { other, atMs }]);
    return others.size < firstLooks ? 'first-look' : kind;
  }

  return {
    planted(request, kind) {
      kinds.set(alertOf(request), kind);
    },
    told(request, answer, atMs) {
      const isGranted = answer.status === 'shown' || answer.status === 'done';
      const id = alertOf(request);
      if (request.purpose !== 'treatment' || !isGranted || accesses.has(id)) return;
      accesses.set(id, {
        kind: kindOf(request, atMs),
        atMs,
        score: score({ ...request, atMs }),
      });
    },
    messageSent(messageId) {
      sent.add(messageId);
    },
    all: (isJudged) =>
      [...accesses]
        .filter(([, { atMs }]) => isJudged(atMs))
        .map(([id, access]) => ({
          score: access.score,
          kind: access.kind,
          isAlarm: sent.has(id),
        })),
  };
}
