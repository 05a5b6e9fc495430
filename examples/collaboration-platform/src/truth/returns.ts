import { faultsSince, type WorldContext } from '@firedrill/core/scenario';
import { measures } from '../measurements.ts';
import type { Canvases } from '../types.ts';

/**
 * Who wants to be in and is not, from their first call at the gate to the end of their handshake, and how long a gate
 * that did nothing in vain would have taken: people / capacity, from the moment on at which it had none.
 */
export interface Returns {
  /** Somebody asks for a connection: for the first time, or again. */
  called(personId: string): void;
  /** Their handshake is over. */
  isIn(personId: string): void;
  /** They want no connection any more, or can have none: the network, the page or the server is gone. */
  gone(personId: string): void;
  /** People who wanted in while all was well, and those of them who were not in when they were due. */
  readonly due: number;
  readonly late: number;
  /**
   * Stretches of {@link longMs} in which more was asked of the gate than once by whoever wants in, and once more by as
   * many as it lets in.
   */
  readonly overloads: number;
  /** When everybody is in if the gate keeps to its time, in ms. */
  readonly dueMs: number;
}

/** People at the gate at one time: whoever comes before a gate without waste would be idle. */
interface Rush {
  readonly fromMs: number;
  idealEndMs: number;
  /** Those who are not in yet. */
  readonly wanting: Set<string>;
}

/** Beyond the time that its capacity predicts, a gate may take this share of it. */
const shareOver = 0.2;

/** And so long besides, in ms: somebody may give up once. */
const besidesMs = 5_000;

/** So long nobody asks a gate in vain more often than it can let somebody in. */
const longMs = 30_000;

/** In parts so long. */
const partMs = 5_000;

/** What whoever returns has to pass to the gate. */
const toTheGate = new Set<string>(['connections', 'server', 'pages']);

/** And behind it: whoever cannot be let in from there calls again. */
const behindIt = new Set<string>(['permissions', 'document-store', 'edit-log']);

/** @param handshakeMs what one handshake takes of the gate */
export function createReturns(context: WorldContext<Canvases>, handshakeMs: number): Returns {
  const { elapsedMs, meter, violate } = context;
  const wanting = new Map<string, Rush>();
  let rush: Rush = { fromMs: -Infinity, idealEndMs: -Infinity, wanting: new Set() };
  let due = 0;
  let late = 0;
  let overloads = 0;
  let part = { fromMs: 0, firstCalls: 0, calls: 0 };
  let fullParts = 0;

  meter.gauge(measures.atTheGate, () => wanting.size);

  const isWellTo = (sinceMs: number): boolean =>
    !faultsSince(context, sinceMs).some(({ service }) => toTheGate.has(service));
  const isWellBehind = (sinceMs: number): boolean =>
    !faultsSince(context, sinceMs).some(
      ({ service, kind }) => behindIt.has(service) && kind !== 'slow',
    );

  const dueOf = ({ fromMs, idealEndMs }: Rush): number =>
    fromMs + (1 + shareOver) * (idealEndMs - fromMs) + besidesMs;

  /** Looks who is not in when everybody should be; later, if others have come meanwhile. */
  function lookWhenDue(one: Rush): void {
    setTimeout(
      () => {
        if (dueOf(one) > elapsedMs()) {
          lookWhenDue(one);
          return;
        }
        if (!isWellTo(one.fromMs)) return;
        due += one.wanting.size;
        late += one.wanting.size;
        for (const personId of one.wanting) {
          violate('back-in-time', `${personId} has wanted in since the gate had nothing to do`);
        }
      },
      dueOf(one) - elapsedMs(),
    );
  }

  function count(isFirst: boolean): void {
    const fromMs = partMs * Math.floor(elapsedMs() / partMs);
    if (fromMs !== part.fromMs) {
      const isNext = fromMs === part.fromMs + partMs;
      const capacity = partMs / handshakeMs;
      const isFull = part.calls > capacity + Math.max(capacity, part.firstCalls);
      fullParts = isFull ? fullParts + 1 : 0;
      const isLong = fullParts * partMs >= longMs;
      // Appointments of a server that has crashed since then are kept, and nobody knows of them.
      const sinceMs = Math.min(fromMs - longMs, rush.fromMs);
      if (isLong && isWellTo(sinceMs) && isWellBehind(sinceMs)) {
        overloads += 1;
        fullParts = 0;
        violate(
          'offered-load-falls',
          `for ${longMs / 1_000} s more was asked of the gate than it can do twice, with ${part.firstCalls} of ${part.calls} for the first time`,
        );
      }
      if (!isNext) fullParts = 0;
      part = { fromMs, firstCalls: 0, calls: 0 };
    }
    part.calls += 1;
    if (isFirst) part.firstCalls += 1;
  }

  function forget(personId: string): void {
    wanting.get(personId)?.wanting.delete(personId);
    wanting.delete(personId);
  }

  return {
    called(personId) {
      count(!wanting.has(personId));
      if (wanting.has(personId)) return;
      const nowMs = elapsedMs();
      if (nowMs > rush.idealEndMs) {
        // Those who are late already are in nobody's way twice.
        rush = {
          fromMs: nowMs,
          idealEndMs: nowMs + wanting.size * handshakeMs,
          wanting: new Set(),
        };
        lookWhenDue(rush);
      }
      rush.idealEndMs += handshakeMs;
      rush.wanting.add(personId);
      wanting.set(personId, rush);
    },
    isIn(personId) {
      const one = wanting.get(personId);
      if (one !== undefined && dueOf(one) > elapsedMs() && isWellTo(one.fromMs)) {
        due += 1;
      }
      forget(personId);
    },
    gone: forget,
    get due() {
      return due;
    },
    get late() {
      return late;
    },
    get overloads() {
      return overloads;
    },
    get dueMs() {
      return wanting.size === 0 ? -Infinity : Math.max(...[...wanting.values()].map(dueOf));
    },
  };
}
