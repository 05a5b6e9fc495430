import {
  acknowledgedBefore,
  decodePacket,
  oldestBaselineTicks,
  type Packet,
  type PacketRecord,
  plus,
  type Sighting,
} from '../domain/packets.ts';
import type { View } from './views.ts';

/** What is at the other end of a link: it reads packets as they come, in whatever order. */
export interface Phone {
  /**
   * Takes a packet. False when it cannot be read, because a baseline of it never came: it changes nothing
   * then, and is not acknowledged.
   */
  receive(packet: Uint8Array): boolean;
}

/** What a phone knows of one neighbour. */
interface Neighbour {
  playerId: string;
  /** The tick of the newest packet that said something of him. */
  newest: number;
  /** What packets said of him, by their tick: later ones are told as differences to it. */
  readonly said: Map<number, Sighting>;
}

/** Longer than any packet is under way that refers to the oldest baseline there may be. */
const keptTicks = 2 * oldestBaselineTicks;

/** The phone of an observer, which shows what it reads in a view. */
export function createPhone({ players }: Pick<View, 'players'>): Phone {
  const neighbours = new Map<number, Neighbour>();

  /** What a record says of a neighbour; undefined when it cannot be read. */
  function resolve(tick: number, record: PacketRecord): Sighting | 'gone' | undefined {
    if (record.kind === 'gone') return 'gone';
    if (record.kind === 'whole') return record.sighting;
    const base = neighbours.get(record.entity)?.said.get(tick - record.ticksAgo);
    return base === undefined ? undefined : plus(base, record.change);
  }

  function note(tick: number, record: PacketRecord, sighting: Sighting | 'gone'): void {
    const { entity } = record;
    const neighbour = neighbours.get(entity) ?? { playerId: '', newest: 0, said: new Map() };
    neighbours.set(entity, neighbour);
    if (record.kind === 'whole') neighbour.playerId = record.playerId;
    if (sighting !== 'gone') neighbour.said.set(tick, sighting);
    // A packet that was overtaken is no news; what it says may still be a baseline.
    if (tick < neighbour.newest) return;
    neighbour.newest = tick;
    if (sighting === 'gone') {
      neighbour.said.clear();
      players.delete(neighbour.playerId);
      return;
    }
    for (const old of neighbour.said.keys()) {
      if (old < tick - keptTicks) neighbour.said.delete(old);
    }
    const { xCm, yCm, sequence } = sighting;
    players.set(neighbour.playerId, { x: xCm / 100, y: yCm / 100, sequence });
  }

  function read({ tick, records }: Packet): boolean {
    const sightings = records.map((record) => resolve(tick, record));
    if (sightings.includes(undefined)) return false;
    for (const [index, record] of records.entries()) {
      const sighting = sightings[index];
      if (sighting !== undefined) note(tick, record, sighting);
    }
    return true;
  }

  return { receive: (bytes) => read(decodePacket(bytes)) };
}

/** The packets that have come, as a phone says so. */
export interface Receipts {
  add(tick: number): void;
  last(): { readonly newest: number; readonly earlier: number };
}

export function createReceipts(): Receipts {
  let newest = 0;
  let earlier = 0;
  return {
    add(tick) {
      const ahead = tick - newest;
      if (ahead > 0) {
        // The shift operators of the language know 0 to 31 alone; what is older is forgotten.
        const before = ahead < acknowledgedBefore ? earlier << ahead : 0;
        earlier = ahead <= acknowledgedBefore ? before | (1 << (ahead - 1)) : 0;
        newest = tick;
      } else if (ahead < 0 && -ahead <= acknowledgedBefore) {
        earlier |= 1 << (-ahead - 1);
      }
    },
    last: () => ({ newest, earlier }),
  };
}
