import { createRateLimiter } from '@firedrill/core/resilience';
import type { WebSocket } from 'ws';
import type { Limits } from './limits.ts';

/** One socket, from its first byte to its last. */
export interface Visitor {
  /** Counts a message; false when there are too many, or they are too long. */
  heard(bytes: number): boolean;
  /** Names the visitor; false when one person has too many connections. */
  isNow(personId: string): boolean;
  readonly isNamed: boolean;
  left(): void;
}

interface Entry {
  readonly socket: WebSocket;
  readonly sinceMs: number;
  heardAtMs: number;
  personId: string | undefined;
}

const sweepEveryMs = 1_000;

/** The windows that are connected, and what they have left of what they may do. */
export function createPeers(limits: Limits) {
  const entries = new Set<Entry>();
  const persons = new Map<string, number>();
  const connections = createRateLimiter(limits.addressConnections);
  const addressBytes = createRateLimiter(limits.addressBytes);

  /** Hangs up on who never says who they are, and on who has gone without a word. */
  const sweeper = setInterval(
    () => {
      const now = performance.now();
      for (const { socket, sinceMs, heardAtMs, personId } of entries) {
        const isLate = personId === undefined && now - sinceMs > limits.helloWithinMs;
        if (isLate || now - heardAtMs > limits.silentAfterMs) socket.terminate();
      }
    },
    Math.min(sweepEveryMs, limits.helloWithinMs),
  );

  return {
    get size(): number {
      return entries.size;
    },
    /** Whether one more socket from an address is let in: not when there are too many, or too fast. */
    admit: (address: string): boolean =>
      entries.size < limits.sockets && connections.tryTake(address).allowed,
    enter(socket: WebSocket, address: string): Visitor {
      const now = performance.now();
      const entry: Entry = { socket, sinceMs: now, heardAtMs: now, personId: undefined };
      const messages = createRateLimiter<'all'>({ ...limits.messages, maxKeys: 1 });
      const bytesOfOne = createRateLimiter<'all'>({ ...limits.bytes, maxKeys: 1 });
      entries.add(entry);
      return {
        heard(bytes) {
          entry.heardAtMs = performance.now();
          const tokens = Math.max(1, bytes);
          return (
            messages.tryTake('all').allowed &&
            bytesOfOne.tryTake('all', tokens).allowed &&
            addressBytes.tryTake(address, tokens).allowed
          );
        },
        isNow(personId) {
          const others = persons.get(personId) ?? 0;
          if (others >= limits.socketsPerPerson) return false;
          entry.personId = personId;
          persons.set(personId, others + 1);
          return true;
        },
        get isNamed() {
          return entry.personId !== undefined;
        },
        left() {
          if (!entries.delete(entry) || entry.personId === undefined) return;
          const others = (persons.get(entry.personId) ?? 1) - 1;
          if (others === 0) persons.delete(entry.personId);
          else persons.set(entry.personId, others);
        },
      };
    },
    close(): void {
      clearInterval(sweeper);
    },
  };
}
