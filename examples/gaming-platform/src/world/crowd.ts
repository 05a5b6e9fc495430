import type { WorldContext } from '@firedrill/core/scenario';
import { createCalendar } from './calendar.ts';
import type { Input, Profile } from '../domain.ts';
import { drawAction, drawPauseMs, type Player } from './players.ts';
import { measures } from '../measurements.ts';
import type { Game } from '../types.ts';

/**
 * The players who are in the game, and what they do.
 *
 * One timer drives all of them: every 25 ms it makes the inputs of everybody whose time has come, and
 * hands on those that have crossed the network since. Each input has its own exact time; only their
 * arrival is rounded up to these 25 ms, which is half a tick.
 */
export interface Crowd {
  /** From now on this player plays, until his session ends. */
  enter(player: Player): void;
  /** Cuts the connection of a player for good. */
  remove(playerId: string): void;
  /** The game has answered: whoever had lost patience is back. */
  heard(): void;
  /** Everybody stops playing; resolves when the last input under way has arrived. */
  close(): Promise<void>;
  /** The profiles of everybody who plays, or whose farewell is under way, and of these others. */
  profiles(others: readonly string[]): readonly Profile[];
  readonly online: number;
  /** Players who take their connection for lost. */
  readonly lost: number;
}

export interface CrowdOptions {
  readonly onInput: (player: Player, input: Input) => void;
  readonly onArrival: (input: Input) => void;
}

interface Seat {
  readonly player: Player;
  readonly leavesAtMs: number;
  nextAtMs: number;
  /** Inputs of one player arrive in order, as on any connection. */
  lastArrivalMs: number;
}

const slotMs = 25;

/** One action in so many, of those who play on a train, is made at the mouth of a tunnel. */
const actionsPerTunnel = 40;
const longestTunnelMs = 4_000;

export function createCrowd(context: WorldContext<Game>, options: CrowdOptions): Crowd {
  const { settings, elapsedMs, meter } = context;
  const { onInput, onArrival } = options;
  const turns = createCalendar<Seat>(slotMs);
  const network = createCalendar<Input>(slotMs);
  const seats = new Map<string, Seat>();
  /** Whose farewell has not arrived: of them nobody else knows any more. */
  const leaving = new Set<string>();
  const known = new Map<string, Profile>();
  let lost: Seat[] = [];
  let heardAtMs = 0;
  let isClosed = false;
  let onEmpty: (() => void) | undefined;

  function takeTurn(seat: Seat): void {
    const { player } = seat;
    if (isClosed || seats.get(player.profile.playerId) !== seat) return;
    if (seat.nextAtMs - heardAtMs > settings.patienceMs) {
      lost.push(seat);
      meter.count(measures.connectionsLost);
      return;
    }
    const madeAtMs = seat.nextAtMs;
    const leaves = madeAtMs === seat.leavesAtMs;
    player.sequence += 1;
    const input: Input = {
      playerId: player.profile.playerId,
      sequence: player.sequence,
      madeAtMs,
      action: leaves ? { type: 'leave' } : drawAction(player),
    };
    onInput(player, input);
    send(seat, input);
    if (leaves) {
      seats.delete(player.profile.playerId);
      leaving.add(player.profile.playerId);
    } else schedule(seat, madeAtMs + drawPauseMs(player));
  }

  function send(seat: Seat, input: Input): void {
    const { habits, random } = seat.player;
    let arrivalMs = Math.max(seat.lastArrivalMs, input.madeAtMs + habits.networkMs);
    if (habits.hasTunnels && random.next() * actionsPerTunnel < 1) {
      arrivalMs += random.next() * longestTunnelMs;
    }
    seat.lastArrivalMs = arrivalMs;
    network.add(arrivalMs, input);
  }

  function schedule(seat: Seat, atMs: number): void {
    seat.nextAtMs = Math.min(atMs, seat.leavesAtMs);
    turns.add(seat.nextAtMs, seat);
  }

  let closing: Promise<void> | undefined;

  async function stop(): Promise<void> {
    isClosed = true;
    await new Promise<void>((resolve) => {
      onEmpty = resolve;
    });
    clearInterval(timer);
  }

  const timer = setInterval(() => {
    for (const seat of turns.takeUntil(elapsedMs())) takeTurn(seat);
    for (const input of network.takeUntil(elapsedMs())) {
      if (input.action.type === 'leave') leaving.delete(input.playerId);
      onArrival(input);
    }
    if (isClosed && network.size === 0) onEmpty?.();
  }, slotMs);

  return {
    enter(player) {
      const nowMs = elapsedMs();
      const sessionMs = player.random.exponential(settings.sessionMinutes * 60_000);
      const seat = { player, leavesAtMs: nowMs + sessionMs, nextAtMs: nowMs, lastArrivalMs: nowMs };
      seats.set(player.profile.playerId, seat);
      known.set(player.profile.playerId, player.profile);
      schedule(seat, nowMs + drawPauseMs(player));
    },
    remove(playerId) {
      seats.delete(playerId);
    },
    heard() {
      heardAtMs = elapsedMs();
      if (lost.length === 0) return;
      const back = lost;
      lost = [];
      for (const seat of back) schedule(seat, heardAtMs + drawPauseMs(seat.player));
    },
    close() {
      closing ??= stop();
      return closing;
    },
    profiles: (others) =>
      [...new Set([...seats.keys(), ...leaving, ...others])].flatMap(
        (playerId) => known.get(playerId) ?? [],
      ),
    get online() {
      return seats.size;
    },
    get lost() {
      return lost.length;
    },
  };
}
