import { createRetry, outcomeOf, sleep } from '@firedrill/core/resilience';
import type { KeptUpdate, LoggedUpdate, Ports } from './ports.ts';

/**
 * Keeps each update before anybody is told of it, and forgets it when the saved document and the
 * history have it. What a crash has left here is taken up by whoever comes back.
 */
export interface EditLog {
  /** Keeps an update, however often it takes to try; resolves to its position, which counts up. */
  readonly keep: (roomId: string, update: KeptUpdate) => Promise<number>;
  /**
   * What of a room is not in the saved document or not in the history, in its order. Read the document
   * after it: what is trimmed meanwhile is in there. Some of it may have been applied and written before.
   */
  left(roomId: string): Promise<readonly LoggedUpdate[]>;
  /** Rooms of which something is left. */
  roomsLeft(): Promise<readonly string[]>;
  /** These were left, and are on their way to the history again. */
  takeUp(roomId: string, positions: readonly number[]): void;
  /** The saved document has everything up to this position. */
  saved(roomId: string, position: number): void;
  /** The history has everything that was kept at this position. */
  recorded(roomId: string, position: number): void;
  /** Whether updates of the room are being kept. */
  isBusy(roomId: string): boolean;
  /** Updates that are being kept. */
  readonly pending: number;
}

interface Waiting {
  readonly update: KeptUpdate;
  readonly resolve: (position: number) => void;
}

/** What is known of one room since this process has opened it. */
interface RoomLog {
  /** Not kept yet, in the order in which it came. */
  waiting: Waiting[];
  isAppending: boolean;
  /** Positions that the history does not have yet, in their order. */
  unrecorded: number[];
  savedUpTo: number;
  trimmedUpTo: number;
}

/** Updates in one call at most. */
const atOnce = 200;

const retry = {
  maxAttempts: 6,
  backoff: { initialMs: 50, maxMs: 2_000, factor: 2, jitter: 'full' },
} as const;

/** Between two rounds of attempts: the devices wait, and have everything. */
const againAfterMs = 2_000;

/**
 * One append of a room after the other, with all that has come meanwhile: so the log has the order in
 * which the server heard of it. An append whose answer was lost is repeated, and the log has the same
 * update twice: a document takes it twice, and history knows the ids.
 */
export function createEditLog(ports: Ports): EditLog | undefined {
  const { log, random } = ports;
  if (log === undefined) return undefined;
  const policy = createRetry({ ...retry, random });
  const rooms = new Map<string, RoomLog>();
  let pending = 0;

  function roomOf(roomId: string): RoomLog {
    const known = rooms.get(roomId);
    if (known !== undefined) return known;
    const made = {
      waiting: [],
      isAppending: false,
      unrecorded: [],
      savedUpTo: 0,
      trimmedUpTo: 0,
    };
    rooms.set(roomId, made);
    return made;
  }

  async function appended(roomId: string, updates: readonly KeptUpdate[]): Promise<number> {
    for (;;) {
      try {
        return await policy.execute(() => log?.append(roomId, updates) ?? 0);
      } catch (error) {
        if (outcomeOf(error) === undefined) throw error;
        await sleep(againAfterMs);
      }
    }
  }

  async function append(roomId: string, room: RoomLog): Promise<void> {
    room.isAppending = true;
    while (room.waiting.length > 0) {
      const batch = room.waiting.splice(0, atOnce);
      const last = await appended(
        roomId,
        batch.map(({ update }) => update),
      );
      pending -= batch.length;
      for (const [index, { resolve }] of batch.entries()) {
        const position = last - batch.length + 1 + index;
        room.unrecorded.push(position);
        resolve(position);
      }
    }
    room.isAppending = false;
  }

  /** When the history has all of what is saved, nobody needs that any more. A trim that fails is left to the next. */
  function trim(roomId: string, room: RoomLog): void {
    const { savedUpTo, trimmedUpTo, unrecorded } = room;
    const [firstLeft = Infinity] = unrecorded;
    if (savedUpTo <= trimmedUpTo || firstLeft <= savedUpTo) return;
    room.trimmedUpTo = savedUpTo;
    log?.trim(roomId, savedUpTo).catch(() => {
      room.trimmedUpTo = trimmedUpTo;
    });
  }

  return {
    keep(roomId, update) {
      const room = roomOf(roomId);
      pending += 1;
      return new Promise((resolve) => {
        room.waiting.push({ update, resolve });
        if (!room.isAppending) void append(roomId, room);
      });
    },
    left: (roomId) => log.read(roomId),
    roomsLeft: () => log.rooms(),
    takeUp(roomId, positions) {
      roomOf(roomId).unrecorded = [...positions];
    },
    saved(roomId, position) {
      const room = roomOf(roomId);
      room.savedUpTo = Math.max(room.savedUpTo, position);
      trim(roomId, room);
    },
    recorded(roomId, position) {
      const room = roomOf(roomId);
      const at = room.unrecorded.indexOf(position);
      if (at < 0) return;
      room.unrecorded.splice(at, 1);
      trim(roomId, room);
    },
    isBusy: (roomId) => rooms.get(roomId)?.isAppending === true,
    get pending() {
      return pending;
    },
  };
}
