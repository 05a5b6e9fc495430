import { messageIdOf, type Answer, type Entry, type Request } from '../domain.ts';

/** Emergency accesses: since when each glass is broken, and what became of its review. */
export interface Glass {
  entryIsSafe(entry: Entry): void;
  asked(request: Request): void;
  told(request: Request, answer: Answer): void;
  messageSent(messageId: string): void;
  /** Whether a request comes when what it broke is closed again. */
  isClosed(request: Request, atMs: number): boolean;
  /** Emergency accesses that nobody reviewed in time, and of which nobody was told. */
  unescalated(): number;
  /** Escalations of what had been reviewed in time. */
  needless(): number;
}

/** Clocks of processes may differ, and what is due waits for its turn. */
const marginMs = 60_000;

const keyOf = (id: string, staffId: string): string => `${id} ${staffId}`;

const isBy = (since: ReadonlyMap<string, number>, id: string, atMs: number): boolean =>
  (since.get(id) ?? Infinity) <= atMs;

export function createGlass(options: {
  readonly glassMs: number;
  readonly reviewMs: number;
  readonly elapsedMs: () => number;
}): Glass {
  const { glassMs, reviewMs, elapsedMs } = options;
  /** By request and person. */
  const broken = new Map<string, number>();
  const shownAt = new Map<string, number>();
  const reviewedAt = new Map<string, number>();
  /** Reviews that somebody has asked for, by request; and since when one stands in the trail, by access. */
  const asked = new Map<string, string>();
  const enteredAt = new Map<string, number>();
  const escalatedAt = new Map<string, number>();

  return {
    entryIsSafe({ entryId, staffId, purpose, decision }) {
      const reviewed = asked.get(entryId);
      if (reviewed !== undefined && decision === 'granted' && !enteredAt.has(reviewed)) {
        enteredAt.set(reviewed, elapsedMs());
      }
      const key = keyOf(entryId, staffId);
      if (purpose !== 'emergency' || decision !== 'granted' || broken.has(key)) return;
      broken.set(key, elapsedMs());
    },
    asked(request) {
      if (request.kind === 'review') asked.set(request.requestId, request.accessId);
    },
    told(request, answer) {
      const { requestId, purpose } = request;
      if (purpose === 'emergency' && answer.status === 'shown' && !shownAt.has(requestId)) {
        shownAt.set(requestId, elapsedMs());
      }
      if (request.kind !== 'review' || answer.status !== 'done') return;
      if (!reviewedAt.has(request.accessId)) reviewedAt.set(request.accessId, elapsedMs());
    },
    messageSent(messageId) {
      if (!escalatedAt.has(messageId)) escalatedAt.set(messageId, elapsedMs());
    },
    isClosed({ requestId, staffId, purpose }, atMs) {
      if (purpose !== 'emergency') return false;
      return atMs > (broken.get(keyOf(requestId, staffId)) ?? Infinity) + glassMs;
    },
    unescalated: () =>
      [...shownAt].filter(
        ([id, atMs]) =>
          // Whoever reviewed may not have heard of it, and not have asked again.
          ![reviewedAt, enteredAt].some((since) => isBy(since, id, atMs + reviewMs + marginMs)) &&
          !escalatedAt.has(messageIdOf('escalation', id)),
      ).length,
    needless: () =>
      [...shownAt].filter(
        ([id, atMs]) =>
          isBy(reviewedAt, id, atMs + reviewMs - marginMs) &&
          escalatedAt.has(messageIdOf('escalation', id)),
      ).length,
  };
}
