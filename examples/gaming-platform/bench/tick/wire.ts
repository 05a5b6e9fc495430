import {
  acknowledgementBytes,
  type Input,
  messageHeaderBytes,
  type Update,
  updateBytes,
} from '../../src/domain.ts';
import type { Outside } from '../../src/system.ts';
import type { Phones } from './connect-phones.ts';

type Gate = Outside['gate'];

/** What players are told, as bytes: encoded once, copied to each who is told, and written to his socket. */
export interface Wire extends Pick<Gate, 'acknowledge' | 'connect' | 'flush'> {
  /** Puts so many bytes into the message of a player. */
  fill(playerId: string, bytes: number): void;
  /** Gives up what was to be sent. */
  discard(): void;
}

interface Line {
  readonly number: number;
  buffer: Buffer;
  used: number;
}

const kinds = { full: 1, moved: 2, acted: 3, left: 4, acknowledged: 5 } as const;
const firstBytes = 2_048;

/** @param cpu charged for what is sent, as the gate of the simulated world charges */
export function createWire(phones: Phones, cpu: Pick<Outside['cpu'], 'apply' | 'send'>): Wire {
  const lines = new Map<string, Line>();
  const talking: Line[] = [];
  /** The last of each kind: what many are told is told to one after the other. */
  const encoded: Partial<Record<Update['kind'], { readonly of: Update; readonly bytes: Buffer }>> =
    {};
  let tick = 0;
  let newest = 0;

  function encode(update: Update): Buffer {
    const known = encoded[update.kind];
    if (known?.of === update) return known.bytes;
    const bytes = bytesOf(update);
    encoded[update.kind] = { of: update, bytes };
    return bytes;
  }

  function bytesOf(update: Update): Buffer {
    if (update.kind === 'full') return Buffer.from(JSON.stringify(update.state));
    const bytes = Buffer.allocUnsafe(updateBytes[update.kind]);
    bytes[0] = kinds[update.kind];
    bytes.writeUInt32LE(lines.get(update.playerId)?.number ?? 0, 1);
    if (update.kind === 'moved') {
      bytes.writeUInt32LE(Math.round(100 * update.x), 5);
      bytes.writeUInt32LE(Math.round(100 * update.y), 9);
    }
    return bytes;
  }

  function room(line: Line, bytes: number): void {
    if (line.used === 0) {
      talking.push(line);
      line.used = messageHeaderBytes;
    }
    if (line.used + bytes <= line.buffer.length) return;
    const wider = Buffer.allocUnsafe(2 * (line.used + bytes));
    line.buffer.copy(wider, 0, 0, line.used);
    line.buffer = wider;
  }

  return {
    acknowledge(input: Input, outcome) {
      if (outcome === 'applied') cpu.apply(1);
      const line = lines.get(input.playerId);
      if (line === undefined) return;
      room(line, acknowledgementBytes);
      line.buffer[line.used] = kinds.acknowledged;
      line.buffer.writeUInt32LE(input.sequence, line.used + 1);
      line.used += acknowledgementBytes;
      if (input.action.type === 'leave') lines.delete(input.playerId);
    },
    connect(playerId) {
      const line: Line = { number: newest, buffer: Buffer.allocUnsafe(firstBytes), used: 0 };
      newest += 1;
      lines.set(playerId, line);
      return {
        tell(update) {
          const bytes = encode(update);
          room(line, bytes.length);
          bytes.copy(line.buffer, line.used);
          line.used += bytes.length;
        },
      };
    },
    flush() {
      tick += 1;
      let sent = 0;
      for (const line of talking) {
        line.buffer.writeUInt32LE(line.used, 0);
        line.buffer.writeUInt32LE(tick, 4);
        // The socket keeps what it could not write at once, and the buffer is used again in the next tick.
        phones.socketOf(line.number).write(Buffer.from(line.buffer.subarray(0, line.used)));
        sent += line.used - messageHeaderBytes;
        line.used = 0;
      }
      cpu.send(talking.length, sent);
      talking.length = 0;
    },
    fill(playerId, bytes) {
      const line = lines.get(playerId);
      if (line === undefined) return;
      room(line, bytes);
      line.used += bytes;
    },
    discard() {
      for (const line of talking) line.used = 0;
      talking.length = 0;
    },
  };
}
