import { backoffDelayMs, sleep } from '@firedrill/core/resilience';
import type { OpenReservation } from '../../domain/stock.ts';
import type { Context } from '../../system.ts';
import { BusyError } from './errors.ts';
import type { Levels } from './levels.ts';
import type { Patience } from './patience.ts';
import type { Reservation, Statements } from './statements.ts';

/** Whether units are held, and if not, why. */
export type HoldAnswer = 'held' | 'sold-out' | 'over-limit';

/** Holds units for shoppers. Each reservation ends once: sold, released or expired. */
export interface Reservations {
  /**
   * Holds the units; the same id again gives the same answer. Rejects with `BusyError`, or when the
   * database does not answer; units that were held all the same come back when the hold expires.
   */
  hold(reservation: Reservation): Promise<HoldAnswer>;
  /** Whether there are so many units now. Holds nothing. */
  isThere(reservation: Reservation): Promise<boolean>;
  /**
   * Keeps a held reservation from expiring: from now on the caller answers for its end. It may be sold
   * already, by a process that has crashed since; or it is `short`: claimed, and not there yet.
   */
  claim(reservation: Reservation): Promise<'claimed' | 'short' | 'sold' | 'gone'>;
  /** Whether a claimed reservation has its units. Asks until there is an answer. */
  isReady(reservation: Reservation): Promise<boolean>;
  /** Gives a held reservation back; resolves when the database has it. */
  release(reservation: Reservation): Promise<void>;
  /** Ends a claimed reservation as sold. */
  sell(reservation: Reservation): Promise<void>;
  /** Gives a reservation back that may have been claimed, or not. */
  cancel(reservation: Reservation): Promise<void>;
  /** Takes up what is held, and not by this process: it expires when it would have. */
  takeUp(open: readonly OpenReservation[]): void;
  /** Resolves when every reservation has ended. */
  onSettled(): Promise<void>;
}

/** What this process knows of a reservation that is not known to have ended. */
interface Open {
  isHeld: boolean;
  expiry: ReturnType<typeof setTimeout> | undefined;
}

/** Between two attempts on a row that others change, too. */
const conflictBackoff = { initialMs: 4, maxMs: 64, factor: 2, jitter: 'full' } as const;

/**
 * Longer than anybody waits at a button, in ms. Units that are held later, when their shopper has long gone, are nobody's
 * until they expire.
 */
const wantedMs = 30_000;

export function createReservations(
  { random, settings }: Pick<Context, 'random' | 'settings'>,
  statements: Statements,
  levels: Levels,
  patience: Patience,
): Reservations {
  const jitter = random('reservation-conflicts');
  const holding = new Map<string, Promise<HoldAnswer>>();
  const open = new Map<string, Open>();
  const waiting = new Set<() => void>();
  const holdMs = 60_000 * settings.holdMinutes;

  function closed({ reservationId }: Reservation): void {
    clearTimeout(open.get(reservationId)?.expiry);
    open.delete(reservationId);
    if (open.size > 0) return;
    for (const resolve of waiting) resolve();
    waiting.clear();
  }

  /**
   * Armed before the first statement goes out: whatever becomes of its answer, the units come back.
   * The database decides whether there is something to expire.
   */
  function arm(reservation: Reservation, afterMs = holdMs): Open {
    const expiry = setTimeout(() => void endHeld(reservation, 'expired'), afterMs);
    const entry = { isHeld: false, expiry };
    open.set(reservation.reservationId, entry);
    return entry;
  }

  async function endHeld(reservation: Reservation, as: 'released' | 'expired') {
    const { state, level } = await patience.persist(() => statements.end(reservation, 'held', as));
    levels.note(level);
    if (state !== 'claimed') closed(reservation);
    return state;
  }

  async function endClaimed(reservation: Reservation, as: 'sold' | 'released') {
    const { state, level } = await patience.persist(() =>
      statements.end(reservation, 'claimed', as),
    );
    levels.note(level);
    return state;
  }

  /**
   * Optimistic concurrency: the row is changed if it still has the version that was seen last; a
   * conflict brings the newer version along, for the next attempt.
   */
  async function reserve(reservation: Reservation): Promise<HoldAnswer> {
    const { productId } = reservation;
    const read = () => statements.read(productId);
    let level = levels.get(productId) ?? (await patience.persist(read, wantedMs));
    for (let attempt = 1; attempt <= settings.reserveAttempts; attempt += 1) {
      const { version } = level;
      const result = await patience.certain(
        () => statements.reserve(reservation, version),
        async () => {
          const found = await statements.find(reservation);
          return found.state && { status: 'held' as const, level: found.level };
        },
      );
      levels.note(result.level);
      if (result.status !== 'conflict') return result.status;
      level = result.level;
      await sleep(backoffDelayMs(conflictBackoff, attempt, () => jitter.next()));
    }
    throw new BusyError(productId, settings.reserveAttempts);
  }

  async function hold(reservation: Reservation): Promise<HoldAnswer> {
    const entry = open.get(reservation.reservationId) ?? arm(reservation);
    if (entry.isHeld) return 'held';
    try {
      const answer = await reserve(reservation);
      entry.isHeld = answer === 'held';
      if (!entry.isHeld) closed(reservation);
      return answer;
    } catch (error) {
      if (error instanceof BusyError) closed(reservation);
      throw error;
    }
  }

  return {
    hold(reservation) {
      const { reservationId } = reservation;
      const running = holding.get(reservationId);
      if (running !== undefined) return running;
      const answer = hold(reservation).finally(() => holding.delete(reservationId));
      holding.set(reservationId, answer);
      return answer;
    },

    async isThere({ productId, quantity }) {
      const read = () => statements.read(productId);
      const level = await patience.certain(read, read);
      levels.note(level);
      return statements.forSale(level) >= quantity;
    },

    async claim(reservation) {
      const claim = () => statements.claim(reservation);
      // To claim again is to ask: a claimed reservation stays as it is.
      const { state, level, isShort } = await patience.certain(claim, claim);
      levels.note(level);
      if (state !== 'claimed' && state !== 'sold') return 'gone';
      clearTimeout(open.get(reservation.reservationId)?.expiry);
      return isShort === true ? 'short' : state;
    },

    async isReady(reservation) {
      const { state, isShort } = await patience.persist(() => statements.find(reservation));
      return state === 'claimed' && isShort !== true;
    },

    async release(reservation) {
      // One that this process does not know may have been held by another.
      const { expiry } = open.get(reservation.reservationId) ?? arm(reservation);
      clearTimeout(expiry);
      await endHeld(reservation, 'released');
    },

    async sell(reservation) {
      await endClaimed(reservation, 'sold');
      closed(reservation);
    },

    async cancel(reservation) {
      // A claim whose answer was lost may still take effect between the two.
      for (;;) {
        const state = await endClaimed(reservation, 'released');
        if (state === 'held' && (await endHeld(reservation, 'released')) === 'claimed') continue;
        // What was not there yet does not come any more.
        closed(reservation);
        return;
      }
    },

    takeUp(found) {
      for (const { ageMs, state, ...reservation } of found) {
        if (state !== 'held' || open.has(reservation.reservationId)) continue;
        arm(reservation, Math.max(0, holdMs - ageMs)).isHeld = true;
      }
    },

    onSettled: () =>
      new Promise((resolve) => {
        if (open.size === 0) resolve();
        else waiting.add(resolve);
      }),
  };
}
