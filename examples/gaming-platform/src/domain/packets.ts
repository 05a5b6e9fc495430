import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { PlayerState } from '../domain.ts';
import type { Settings } from '../settings.ts';

/** Whether updates go in packets that get lost. */
export const hasLink = ({ lossyLink, crowd }: Pick<Settings, 'lossyLink' | 'crowd'>): boolean =>
  lossyLink || crowd;

/**
 * What goes over a link that loses packets, byte by byte; server and phone read and write it here.
 *
 * A packet has the number of its tick, and then records of neighbours. Whoever is new comes whole; whoever
 * has changed as a difference to what an earlier packet said of him, the baseline, which the phone has to
 * have. Numbers are varints of lib0: seven bits a byte, and a step of a few metres takes two.
 */
export type PacketRecord = WholeRecord | ChangedRecord | GoneRecord;

/** A neighbour with everything that is shown of him. */
export interface WholeRecord {
  readonly kind: 'whole';
  /** Number of the neighbour on this shard, shorter than his name. */
  readonly entity: number;
  readonly playerId: string;
  readonly sighting: Sighting;
}

/** A neighbour as he differs from what the packet of an earlier tick said of him. */
export interface ChangedRecord {
  readonly kind: 'changed';
  readonly entity: number;
  /** So many ticks before this packet the baseline was sent: 1 to {@link oldestBaselineTicks}. */
  readonly ticksAgo: number;
  readonly change: Sighting;
}

/** A neighbour who is not to be seen any more. */
export interface GoneRecord {
  readonly kind: 'gone';
  readonly entity: number;
}

/** What is shown of a neighbour. */
export interface Sighting {
  /** Where he is, in whole centimetres. */
  readonly xCm: number;
  readonly yCm: number;
  /** The last thing that he was seen to do, by the number of his input. */
  readonly sequence: number;
}

/** A packet, read. */
export interface Packet {
  readonly tick: number;
  readonly records: readonly PacketRecord[];
}

/** The highest age of a baseline, in ticks: one byte, and longer than anybody is in a tunnel. */
export const oldestBaselineTicks = 127;

/** What a record holds; one without any of these bits comes whole. */
const changedBit = 1;
const placeBit = 2;
const sequenceBit = 4;
const goneBit = 8;

/** What every datagram has besides: 20 bytes of IPv4 (RFC 791) and 8 of UDP (RFC 768). */
export const datagramHeaderBytes = 28;

/** In a crowd, no packet may be longer, with its header: 60 x 20 a second are 9.6 kbit/s. */
export const packetBudgetBytes = 60;

/** A state as it is shown: places are rounded to the centimetre. */
export const sightingOf = ({ x, y, sequence }: PlayerState): Sighting => ({
  xCm: Math.round(100 * x),
  yCm: Math.round(100 * y),
  sequence,
});

/** What has to be added to one sighting for the other. */
export const difference = (from: Sighting, to: Sighting): Sighting => ({
  xCm: to.xCm - from.xCm,
  yCm: to.yCm - from.yCm,
  sequence: to.sequence - from.sequence,
});

/** A sighting with a difference added. */
export const plus = (base: Sighting, change: Sighting): Sighting => ({
  xCm: base.xCm + change.xCm,
  yCm: base.yCm + change.yCm,
  sequence: base.sequence + change.sequence,
});

/** A packet that is being written. */
export interface PacketWriter {
  /** Adds a record, unless the packet would be longer than so many bytes with it; nothing may follow then. */
  add(record: PacketRecord, mostBytes: number): boolean;
  /** What was added, as bytes. */
  bytes(): Uint8Array;
}

/** Begins the packet of a tick. */
export function createPacket(tick: number): PacketWriter {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, tick);
  let length = encoding.length(encoder);
  return {
    add(record, mostBytes) {
      writeRecord(encoder, record);
      const longer = encoding.length(encoder);
      if (longer > mostBytes) return false;
      length = longer;
      return true;
    },
    bytes: () => encoding.toUint8Array(encoder).subarray(0, length),
  };
}

function writeRecord(encoder: encoding.Encoder, record: PacketRecord): void {
  encoding.writeVarUint(encoder, record.entity);
  if (record.kind === 'gone') {
    encoding.writeUint8(encoder, goneBit);
  } else if (record.kind === 'whole') {
    encoding.writeUint8(encoder, 0);
    encoding.writeVarString(encoder, record.playerId);
    encoding.writeVarInt(encoder, record.sighting.xCm);
    encoding.writeVarInt(encoder, record.sighting.yCm);
    encoding.writeVarUint(encoder, record.sighting.sequence);
  } else {
    const { xCm, yCm, sequence } = record.change;
    const hasMoved = xCm !== 0 || yCm !== 0;
    const hasActed = sequence !== 0;
    const bits = (hasMoved ? placeBit : 0) + (hasActed ? sequenceBit : 0);
    encoding.writeUint8(encoder, changedBit + bits);
    encoding.writeVarUint(encoder, record.ticksAgo);
    if (hasMoved) {
      encoding.writeVarInt(encoder, xCm);
      encoding.writeVarInt(encoder, yCm);
    }
    if (hasActed) encoding.writeVarInt(encoder, sequence);
  }
}

/** The tick of a packet, without reading the rest. */
export const tickOf = (packet: Uint8Array): number =>
  decoding.readVarUint(decoding.createDecoder(packet));

/** Reads a packet. @throws Error when it ends in the middle of a record. */
export function decodePacket(packet: Uint8Array): Packet {
  const decoder = decoding.createDecoder(packet);
  const tick = decoding.readVarUint(decoder);
  const records: PacketRecord[] = [];
  while (decoding.hasContent(decoder)) records.push(decodeRecord(decoder));
  return { tick, records };
}

function decodeRecord(decoder: decoding.Decoder): PacketRecord {
  const entity = decoding.readVarUint(decoder);
  const tag = decoding.readUint8(decoder);
  if (tag === goneBit) return { kind: 'gone', entity };
  if (tag === 0) {
    const playerId = decoding.readVarString(decoder);
    const xCm = decoding.readVarInt(decoder);
    const yCm = decoding.readVarInt(decoder);
    const sequence = decoding.readVarUint(decoder);
    return { kind: 'whole', entity, playerId, sighting: { xCm, yCm, sequence } };
  }
  const ticksAgo = decoding.readVarUint(decoder);
  const hasMoved = (tag & placeBit) !== 0;
  const change = {
    xCm: hasMoved ? decoding.readVarInt(decoder) : 0,
    yCm: hasMoved ? decoding.readVarInt(decoder) : 0,
    sequence: (tag & sequenceBit) === 0 ? 0 : decoding.readVarInt(decoder),
  };
  return { kind: 'changed', entity, ticksAgo, change };
}

/** What a phone says of what has reached it. */
export interface Acknowledgement {
  readonly playerId: string;
  /** The highest tick of which a packet has come. */
  readonly newest: number;
  /** Bit i: the packet of tick `newest - 1 - i` has come as well. */
  readonly earlier: number;
}

/** Bits of {@link Acknowledgement.earlier}. */
export const acknowledgedBefore = 32;
