import { describe, expect, test } from 'vitest';
import { createRandom } from '@firedrill/core/simulation';
import {
  createPacket,
  decodePacket,
  difference,
  type PacketRecord,
  type Sighting,
} from '../src/domain/packets.ts';
import { createPhone, createReceipts } from '../src/world/phone.ts';
import type { View } from '../src/world/views.ts';

const at = (xCm: number, yCm: number, sequence = 1): Sighting => ({ xCm, yCm, sequence });

function packet(tick: number, ...records: readonly PacketRecord[]): Uint8Array {
  const writer = createPacket(tick);
  for (const record of records) writer.add(record, Infinity);
  return writer.bytes();
}

/** Bytes of a record, without the one of its packet's tick. */
const bytesOf = (record: PacketRecord): number => packet(0, record).length - 1;

const whole = (entity: number, sighting: Sighting): PacketRecord => ({
  kind: 'whole',
  entity,
  playerId: `player-${entity}`,
  sighting,
});

const changed = (entity: number, ticksAgo: number, from: Sighting, to: Sighting): PacketRecord => ({
  kind: 'changed',
  entity,
  ticksAgo,
  change: difference(from, to),
});

/** A phone, and what it shows of player 7. */
function phoneOfOne() {
  const players: View['players'] = new Map();
  const phone = createPhone({ players });
  return {
    receive: (bytes: Uint8Array) => phone.receive(bytes),
    seen: () => players.get('player-7'),
  };
}

describe('a packet', () => {
  test('is read as it was written, whatever it holds', () => {
    const random = createRandom(1, 'packets');
    const number = (): number => random.integer(-300_000, 300_000);
    for (let round = 0; round < 300; round += 1) {
      const records = Array.from({ length: random.integer(0, 12) }, (): PacketRecord => {
        const entity = random.integer(1, 100_000);
        const sighting = at(number(), number(), random.integer(0, 100_000));
        return random.pick<PacketRecord>([
          whole(entity, sighting),
          { kind: 'gone', entity },
          { kind: 'changed', entity, ticksAgo: random.integer(1, 127), change: sighting },
          { kind: 'changed', entity, ticksAgo: random.integer(1, 127), change: at(0, 0, 0) },
        ]);
      });
      const tick = random.integer(0, 1_000_000);
      expect(decodePacket(packet(tick, ...records))).toEqual({ tick, records });
    }
  });

  test('tells a step of four metres in 9 bytes, and a blow in 5', () => {
    const from = at(100_000, 100_000, 40);
    expect(bytesOf(changed(300, 3, from, at(100_390, 99_920, 41)))).toBe(9);
    expect(bytesOf(changed(300, 3, from, at(100_000, 100_000, 41)))).toBe(5);
    expect(bytesOf(whole(300, from))).toBeGreaterThan(16);
  });

  test('has no record that would make it longer than it may be', () => {
    const writer = createPacket(5);
    expect(writer.add(whole(7, at(100, 200)), 20)).toBe(true);
    const before = writer.bytes();
    expect(writer.add(whole(8, at(300, 400)), before.length + 3)).toBe(false);
    expect(writer.bytes()).toEqual(before);
  });
});

describe('a phone', () => {
  test('given a difference to a packet that it has, shows the sum', () => {
    const { receive, seen } = phoneOfOne();
    receive(packet(1, whole(7, at(100, 200))));
    expect(receive(packet(3, changed(7, 2, at(100, 200), at(150, 260, 2))))).toBe(true);
    expect(seen()).toEqual({ x: 1.5, y: 2.6, sequence: 2 });
  });

  test('given a difference to a packet that was lost, shows what it has, and does not acknowledge', () => {
    const { receive, seen } = phoneOfOne();
    receive(packet(1, whole(7, at(100, 200))));
    expect(receive(packet(3, changed(7, 1, at(120, 220), at(150, 260, 2))))).toBe(false);
    expect(seen()).toEqual({ x: 1, y: 2, sequence: 1 });
  });

  test('given a packet that was overtaken, keeps what the newer one says', () => {
    const { receive, seen } = phoneOfOne();
    receive(packet(2, whole(7, at(300, 300, 3))));
    expect(receive(packet(1, whole(7, at(100, 200))))).toBe(true);
    expect(seen()).toEqual({ x: 3, y: 3, sequence: 3 });
    receive(packet(4, { kind: 'gone', entity: 7 }));
    receive(packet(3, changed(7, 1, at(300, 300, 3), at(310, 310, 4))));
    expect(seen()).toBeUndefined();
  });

  test('says which of the last 33 packets have come, in whatever order', () => {
    const receipts = createReceipts();
    for (const tick of [1, 40, 42, 41, 10, 9]) receipts.add(tick);
    const { newest, earlier } = receipts.last();
    const come = Array.from({ length: 32 }, (_, bit) => newest - 1 - bit).filter(
      (_, bit) => (earlier & (1 << bit)) !== 0,
    );
    expect({ newest, come }).toEqual({ newest: 42, come: [41, 40, 10] });
  });
});
