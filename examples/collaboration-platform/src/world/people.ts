import type { Random } from '@firedrill/core/simulation';
import type { Role } from '../domain.ts';
import type { Settings } from '../settings.ts';

/** Somebody who opens a canvas. */
export interface Person {
  readonly id: string;
  /** Guests have none. */
  readonly name: string | undefined;
  readonly roomId: string;
  /** As invited; admins may change it, see `truth.ts`. */
  readonly role: Role;
  /** One-way time of their network path in ms. */
  readonly pathMs: number;
  /** Of their downlink. */
  readonly bytesPerSecond: number;
  /** Mean time between two edits, if they may edit. */
  readonly thinkMs: number;
}

/** Who comes, to which canvas, and as what. */
export interface People {
  /** The next one. A trace may say which room and role. */
  arrive(wish: { readonly roomId?: string | undefined; readonly role?: Role | undefined }): Person;
}

export const roomKinds = ['all-hands', 'workshop', 'team'] as const;
export type RoomKind = (typeof roomKinds)[number];

/** Share of those invited to each kind of meeting who may edit; the others watch. */
export const editorShare: Readonly<Record<RoomKind, number>> = {
  'all-hands': 0.03,
  workshop: 0.5,
  team: 0.8,
};

/** Whoever may edit in front of hundreds presents, and does so all the time. */
export const presenterThinkMs = 4_000;

export const teamSize = { min: 3, max: 10 } as const;

/**
 * One way, half of the people are nearer than 12 ms. Nobody is farther than 35: whoever would be is served by a region
 * of their own. One presenter who is decides alone how late a room of two hundred sees it, however good the server is.
 */
const path = { p50: 12, p99: 35 } as const;

const wideBytesPerSecond = 2_500_000;

/** 64 kbit/s: what phone plans are throttled to when their volume is used up. */
const thinBytesPerSecond = 8_000;

interface OpenRoom {
  readonly id: string;
  placesLeft: number;
}

/**
 * Draws people. Those who go to the same meeting come one after the other: a room of each kind fills
 * to its size before the next one opens. The first to enter is its host, and its admin.
 */
export function createPeople(settings: Settings, random: Random): People {
  const open = new Map<RoomKind, OpenRoom>();
  let rooms = 0;
  let people = 0;

  const sizeOf = (kind: RoomKind): number => {
    if (kind === 'all-hands') return settings.allHandsSize;
    if (kind === 'workshop') return settings.workshopSize;
    return random.integer(teamSize.min, teamSize.max);
  };

  function kindOf(): RoomKind {
    const drawn = random.next();
    if (drawn < settings.allHandsShare) return 'all-hands';
    return drawn < settings.allHandsShare + settings.workshopShare ? 'workshop' : 'team';
  }

  function seat(kind: RoomKind): { readonly roomId: string; readonly isFirst: boolean } {
    const room = open.get(kind);
    if (room !== undefined && room.placesLeft > 0) {
      room.placesLeft -= 1;
      return { roomId: room.id, isFirst: false };
    }
    rooms += 1;
    const opened = { id: `${kind}-${rooms}`, placesLeft: sizeOf(kind) - 1 };
    open.set(kind, opened);
    return { roomId: opened.id, isFirst: true };
  }

  return {
    arrive(wish) {
      people += 1;
      const kind = kindOf();
      const { roomId, isFirst } = seat(kind);
      const role: Role = isFirst ? 'admin' : random.chance(editorShare[kind]) ? 'editor' : 'viewer';
      return {
        id: `p-${people}`,
        name: random.chance(settings.guestShare) ? undefined : nameOf(random),
        roomId: wish.roomId ?? roomId,
        role: wish.role ?? role,
        pathMs: Math.min(random.logNormal(path), path.p99),
        bytesPerSecond: random.chance(settings.thinLinkShare)
          ? thinBytesPerSecond
          : wideBytesPerSecond,
        thinkMs: kind === 'all-hands' ? presenterThinkMs : settings.thinkMs,
      };
    },
  };
}

const firstNames = ['Ada', 'Bruno', 'Chidi', 'Dilan', 'Emeka', 'Farah', 'Greta', 'Hiro'] as const;
const lastNames = ['Amari', 'Berg', 'Costa', 'Dahl', 'Endo', 'Farkas', 'Gomez', 'Haas'] as const;

const nameOf = (random: Random): string => `${random.pick(firstNames)} ${random.pick(lastNames)}`;
