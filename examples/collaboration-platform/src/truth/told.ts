import { type AccessChange, mayEdit, type Role } from '../domain.ts';
import type { AuditEntry, ServerMessage } from '../domain/protocol.ts';
import type { Person } from '../world/people.ts';
import { type CursorEntry, entriesOf } from './cursor-entries.ts';

/**
 * What people are told of each other: who is there, where the others' cursors are, and to admins what
 * happens. Whose network keeps up is asked: for cursors every fourth, and for news every admin.
 */
export interface Told {
  /** The connection is lost, or somebody has gone. */
  disconnected(personId: string): void;
  /** A connection is closed, at either end: nobody is there, if it is the one that speaks. */
  closed(personId: string, connection: object): void;
  gone(personId: string): void;
  /**
   * Something is sent to somebody. When a new connection begins to speak, what was told on the one before
   * is gone from the screen.
   */
  sent(person: Person, connection: object, message: ServerMessage): void;
  /** The pointer of somebody who may draw is here. */
  pointed(personId: string, x: number, y: number): void;
  decided(change: AccessChange): void;
  /** Compares what those who are in a room were told with those who are in it. */
  look(present: readonly string[]): void;
  readonly people: Tally;
  readonly cursors: Tally;
  readonly news: Tally;
}

/** How much was to be told, and how much of it was not, or was wrong. */
export interface Tally {
  readonly due: number;
  readonly wrong: number;
}

export interface ToldOptions {
  readonly elapsedMs: () => number;
  readonly roleOf: (personId: string) => Role | undefined;
  /** Whether since then neither the server failed nor what it lets nobody in without: permissions, documents. */
  readonly wasWell: (sinceMs: number) => boolean;
}

/** Whether a piece of news is the one that is waited for. */
type IsIt = (entry: AuditEntry) => boolean;

interface Screen {
  readonly person: Person;
  /** Whether it is asked at all: its network keeps up. */
  readonly isAsked: boolean;
  /** Whether it is asked for cursors, too. */
  readonly isAskedForCursors: boolean;
  connection: object | undefined;
  /** Since when the connection speaks; nothing without a network. */
  sinceMs: number | undefined;
  hasEntered: boolean;
  goneAtMs: number | undefined;
  people: Set<string>;
  cursors: Map<string, CursorEntry>;
  /** What an admin has not heard yet. */
  readonly awaited: Set<IsIt>;
  pointer: { readonly x: number; readonly y: number; readonly atMs: number } | undefined;
}

/** Of more people than this nobody is asked: there are enough of them. */
const askedAtMost = 8_000;
const askedEvery = 4;
const wideFromBytesPerSecond = 100_000;

/** Who went without a word is missed after this, in ms. */
const missedWithinMs = 15_000;

/** Who has connected so long ago has the canvas, and says where the pointer is. */
const settledMs = 5_000;

/** What a failure has held up is over by then. */
const recoversMs = 60_000;

/** An admin hears within this time. */
const newsWithinMs = 3_000;

export function createTold({ elapsedMs, roleOf, wasWell }: ToldOptions): Told {
  const screens = new Map<string, Screen>();
  const admins = new Map<string, Set<Screen>>();
  const people = { due: 0, wrong: 0 };
  const cursors = { due: 0, wrong: 0 };
  const news = { due: 0, wrong: 0 };

  function screenOf(person: Person): Screen {
    const known = screens.get(person.id);
    if (known !== undefined) return known;
    const isWide = person.bytesPerSecond >= wideFromBytesPerSecond;
    const isAsked = isWide && screens.size < askedAtMost;
    const screen: Screen = {
      person,
      isAsked,
      isAskedForCursors: isAsked && screens.size % askedEvery === 0,
      connection: undefined,
      sinceMs: undefined,
      hasEntered: false,
      goneAtMs: undefined,
      people: new Set(),
      cursors: new Map(),
      awaited: new Set(),
      pointer: undefined,
    };
    screens.set(person.id, screen);
    if (person.role === 'admin' && isWide) {
      const inRoom = admins.get(person.roomId) ?? new Set();
      admins.set(person.roomId, inRoom.add(screen));
    }
    return screen;
  }

  const hasSettled = ({ sinceMs = Infinity }: Screen): boolean =>
    sinceMs <= elapsedMs() - settledMs;

  /**
   * Looks a while later whether the admins who have been there all the time have heard of something; after a failure,
   * when that is long over.
   */
  function expectNews(roomId: string, about: string, isIt: IsIt): void {
    for (const admin of admins.get(roomId) ?? []) {
      const { sinceMs, person } = admin;
      const hears = admin.hasEntered && hasSettled(admin) && person.id !== about;
      if (!hears) continue;
      admin.awaited.add(isIt);
      const look = (): void => {
        if (admin.sinceMs !== sinceMs || roleOf(person.id) !== 'admin') {
          admin.awaited.delete(isIt);
          return;
        }
        if (admin.awaited.has(isIt) && !wasWell(elapsedMs() - newsWithinMs - recoversMs)) {
          setTimeout(look, newsWithinMs);
          return;
        }
        news.due += 1;
        if (admin.awaited.delete(isIt)) news.wrong += 1;
      };
      setTimeout(look, newsWithinMs);
    }
  }

  function entered(screen: Screen): void {
    const { id, roomId } = screen.person;
    screen.hasEntered = true;
    expectNews(roomId, id, ({ by }) => by === id);
  }

  const isLongGone = (personId: string): boolean => {
    const goneAtMs = screens.get(personId)?.goneAtMs;
    return goneAtMs !== undefined && goneAtMs < elapsedMs() - missedWithinMs;
  };

  /** Of whoever has connected this moment the others hear with the next piece of news. */
  const isJustHere = (personId: string): boolean =>
    (screens.get(personId)?.sinceMs ?? -Infinity) > elapsedMs() - settledMs;

  function comparePeople(viewer: Screen, present: ReadonlySet<string>): void {
    for (const id of present) {
      if (isJustHere(id)) continue;
      people.due += 1;
      if (!viewer.people.has(id)) people.wrong += 1;
    }
    for (const id of viewer.people) {
      if (!present.has(id) && isLongGone(id)) people.wrong += 1;
    }
  }

  /** Where the cursor of somebody should be seen, if it is known. */
  function pointerOf(id: string): Screen['pointer'] {
    const { pointer, sinceMs = Infinity } = screens.get(id) ?? {};
    const isKnown = pointer !== undefined && pointer.atMs > sinceMs + settledMs;
    return isKnown && mayEdit(roleOf(id)) ? pointer : undefined;
  }

  function compareCursors(viewer: Screen, present: ReadonlySet<string>): void {
    const shown = new Map<string, { readonly x: number; readonly y: number }>();
    for (const entry of viewer.cursors.values()) {
      const cursor = entry.read();
      if (cursor !== undefined) shown.set(cursor.personId, cursor);
    }
    for (const id of present) {
      const pointer = id === viewer.person.id ? undefined : pointerOf(id);
      if (pointer === undefined) continue;
      cursors.due += 1;
      const cursor = shown.get(id);
      if (cursor?.x !== pointer.x || cursor.y !== pointer.y) cursors.wrong += 1;
    }
    for (const id of shown.keys()) {
      const isNobodys = present.has(id) ? !mayEdit(roleOf(id)) : isLongGone(id);
      if (isNobodys) cursors.wrong += 1;
    }
  }

  return {
    people,
    cursors,
    news,

    disconnected(personId) {
      const screen = screens.get(personId);
      if (screen !== undefined) screen.sinceMs = undefined;
    },
    closed(personId, connection) {
      const screen = screens.get(personId);
      if (screen?.connection === connection) screen.sinceMs = undefined;
    },
    gone(personId) {
      const screen = screens.get(personId);
      if (screen === undefined) return;
      screen.sinceMs = undefined;
      screen.goneAtMs = elapsedMs();
      screen.people.clear();
      screen.cursors.clear();
    },

    sent(person, connection, message) {
      const screen = screenOf(person);
      if (screen.connection !== connection) {
        screen.connection = connection;
        screen.sinceMs = elapsedMs();
        screen.hasEntered = false;
        screen.people = new Set();
        screen.cursors = new Map();
      }
      if (message.type === 'state' || (message.type === 'shapes' && message.isWhole)) {
        if (!screen.hasEntered) entered(screen);
      } else if (message.type === 'audit') {
        for (const isIt of screen.awaited) {
          if (message.entries.some(isIt)) screen.awaited.delete(isIt);
        }
      } else if (message.type === 'people' && screen.isAsked) {
        for (const id of message.left) screen.people.delete(id);
        for (const id of message.joined) screen.people.add(id);
      } else if (message.type === 'cursors' && screen.isAskedForCursors) {
        for (const entry of entriesOf(message.update)) {
          const known = screen.cursors.get(entry.key);
          if (known === undefined || entry.clock >= known.clock) {
            screen.cursors.set(entry.key, entry);
          }
        }
      }
    },

    pointed(personId, x, y) {
      const screen = screens.get(personId);
      if (screen !== undefined) screen.pointer = { x, y, atMs: elapsedMs() };
    },

    decided({ roomId, personId, by }) {
      const whose = screens.get(personId);
      // Of somebody who is not there, or who comes just now, there is nothing to tell.
      if (whose === undefined || !hasSettled(whose)) return;
      expectNews(roomId, personId, (entry) => entry.by === by && entry.text.includes(personId));
    },

    look(present) {
      const all = new Set(present);
      for (const id of present) {
        const viewer = screens.get(id);
        if (viewer === undefined || !viewer.isAsked || !hasSettled(viewer)) continue;
        comparePeople(viewer, all);
        if (viewer.isAskedForCursors) compareCursors(viewer, all);
      }
    },
  };
}
