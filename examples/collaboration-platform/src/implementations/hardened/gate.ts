import type { Caller, KeepDoor } from '../../world/gate.ts';

/** Whoever is let wait without an appointment is not let wait longer than this. */
const waitAtMostMs = 2_000;

/** Nor with one: people have more patience than that. */
const waitWithOneAtMostMs = 4_000;

/** Appointments are so many handshakes apart: there has to be time to send the others away. */
const apart = 1.1;

/** An appointment is kept for somebody who is late. */
const keptForMs = 10_000;

/** What a handshake takes until one was measured. */
const assumedMs = 50;

/** So many are measured. */
const lastFew = 8;

/**
 * Keeps the door: as many wait as are through in a short time, and nobody works for whoever has given up. The others
 * are sent away, which is cheap, with an appointment: each is told a time of their own, one handshake after the other,
 * so that as many come as can be let in. Whoever comes while others have appointments gets one after theirs.
 */
export const createDoor =
  (nowMs: () => number): KeepDoor =>
  (gate) => {
    let line: Caller[] = [];
    let isBusy = false;
    /** In ms, of which the shortest was least held up by those who were sent away. */
    let measured: readonly number[] = [];
    let handshakeMs = assumedMs;
    /** Appointments, the earliest first. */
    const appointments = new Map<string, number>();
    let lastMs = 0;

    async function work(): Promise<void> {
      isBusy = true;
      for (;;) {
        line = line.filter(({ isGone }) => !isGone);
        const caller = line.shift();
        if (caller === undefined) break;
        const fromMs = nowMs();
        await gate.handshake(caller);
        measured = [...measured, nowMs() - fromMs].slice(-lastFew);
        handshakeMs = Math.min(...measured);
      }
      isBusy = false;
    }

    function forgetThePast(): void {
      for (const [personId, atMs] of appointments) {
        if (atMs + keptForMs > nowMs()) return;
        appointments.delete(personId);
      }
    }

    function hasRoomFor({ personId }: Caller): boolean {
      const waitMs = line.length * handshakeMs;
      const atMs = appointments.get(personId);
      if (atMs !== undefined) return atMs <= nowMs() + waitAtMostMs && waitMs < waitWithOneAtMostMs;
      return line.length === 0 || (appointments.size === 0 && waitMs < waitAtMostMs);
    }

    return (caller) => {
      forgetThePast();
      if (hasRoomFor(caller)) {
        appointments.delete(caller.personId);
        line.push(caller);
        if (!isBusy) void work();
        return;
      }
      // Whoever comes too early is told the same again.
      const known = appointments.get(caller.personId) ?? 0;
      if (known <= nowMs()) {
        lastMs = Math.max(lastMs, nowMs() + line.length * handshakeMs) + apart * handshakeMs;
        appointments.delete(caller.personId);
        appointments.set(caller.personId, lastMs);
      }
      gate.refuse(caller, (appointments.get(caller.personId) ?? lastMs) - nowMs());
    };
  };
