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
  markChanged(room: Room): void;
  markMoved(room: Room): void;
  markNews(room: Room): void;
  markSlow(room: Room): void;
  takeChanged(): Iterable<Room>;
  takeMoved(): Iterable<Room>;
  takeNews(): Iterable<Room>;
  takeSlow(): Iterable<Room>;
}

interface RoomsOptions {
  readonly load: (roomId: string) => Promise<Uint8Array | undefined>;
  readonly nowMs: () => number;
}

export function createRooms({ load, nowMs }: RoomsOptions): Rooms {
  const open = new Map<string, Room>();
  const loading = new Map<string, Promise<Room>>();
  const [changed, moved, news, slow] = [createMarks(), createMarks(), createMarks(), createMarks()];

  async function read(roomId: string): Promise<Room> {
    try {
      const room = new Room(roomId, await load(roomId), nowMs());
      open.set(roomId, room);
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
    markChanged: changed.mark,
    markMoved: moved.mark,
    markNews: news.mark,
    markSlow: slow.mark,
    takeChanged: changed.take,
    takeMoved: moved.take,
    takeNews: news.take,
    takeSlow: slow.take,
  };
}

/** Rooms that somebody has to look at; taking them leaves none. */
function createMarks() {
  let marked = new Set<Room>();
  return {
    mark(room: Room): void {
      marked.add(room);
    },
    take(): Iterable<Room> {
      const taken = marked;
      marked = new Set();
      return taken;
    },
  };
}
