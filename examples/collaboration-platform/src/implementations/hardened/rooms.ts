import type { LoggedUpdate } from './ports.ts';
import { Room } from './room.ts';

/** The rooms that are open, and what is to be done for which of them at the next tick. */
export interface Rooms {
  /** Opens a room, with its document from the store; many who come at once wait for one load. */
  open(roomId: string): Promise<Room>;
  /** A room that is open. */
  loaded(roomId: string): Room | undefined;
  all(): Iterable<Room>;
  readonly size: number;
  close(room: Room): void;
  /** Rooms with changes that nobody has been sent yet. */
  readonly changed: Marks;
  /** Rooms in which cursors have moved. */
  readonly moved: Marks;
  /** Rooms to which somebody came, or from which somebody went. */
  readonly news: Marks;
  /** Rooms with somebody who is too slow. */
  readonly slow: Marks;
}

/** Rooms that somebody has to look at; taking them leaves none. */
export interface Marks {
  mark(room: Room): void;
  take(): Iterable<Room>;
}

export interface StoredRoom {
  readonly document: Uint8Array | undefined;
  readonly left: readonly LoggedUpdate[];
}

interface RoomsOptions {
  /** The document as it was saved, and what came after, as far as that is known. */
  readonly load: (roomId: string) => Promise<StoredRoom>;
  /** A room has been opened, and nobody is in it yet. */
  readonly onOpened: (room: Room, stored: StoredRoom) => void;
  readonly nowMs: () => number;
}

export function createRooms({ load, onOpened, nowMs }: RoomsOptions): Rooms {
  const open = new Map<string, Room>();
  const loading = new Map<string, Promise<Room>>();

  async function read(roomId: string): Promise<Room> {
    try {
      const stored = await load(roomId);
      const room = new Room(roomId, stored, nowMs());
      open.set(roomId, room);
      onOpened(room, stored);
      return room;
    } finally {
      loading.delete(roomId);
    }
  }

  return {
    async open(roomId) {
      const room = open.get(roomId);
      if (room !== undefined) return room;
      const underWay = loading.get(roomId) ?? read(roomId);
      loading.set(roomId, underWay);
      return underWay;
    },
    loaded: (roomId) => open.get(roomId),
    all: () => open.values(),
    get size() {
      return open.size;
    },
    close(room) {
      if (open.get(room.id) === room) open.delete(room.id);
      room.destroy();
    },
    changed: createMarks(),
    moved: createMarks(),
    news: createMarks(),
    slow: createMarks(),
  };
}

function createMarks(): Marks {
  let marked = new Set<Room>();
  return {
    mark(room) {
      marked.add(room);
    },
    take() {
      const taken = marked;
      marked = new Set();
      return taken;
    },
  };
}
