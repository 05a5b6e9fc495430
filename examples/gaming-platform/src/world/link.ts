import type { PortContext, WorldContext } from '@firedrill/core/scenario';
import type { Random } from '@firedrill/core/simulation';
import { type Acknowledgement, datagramHeaderBytes, tickOf } from '../domain/packets.ts';
import type { Screens } from '../truth/screens.ts';
import type { Game } from '../types.ts';
import { createCalendar } from './calendar.ts';
import type { Cpu } from './cpu.ts';
import { createPhone, createReceipts, type Phone, type Receipts } from './phone.ts';
import type { Player } from './players.ts';
import type { Views } from './views.ts';

/** The way to the phones that loses, delays and reorders: each packet for itself, as UDP does. */
export interface Link {
  /** Opens a connection anew: the screen is empty, and what is under way on an earlier one is lost. */
  connect(playerId: string): void;
  disconnect(playerId: string): void;
  /** Sends a packet to a player; see `domain/packets.ts` for what is in it. It is charged for. */
  send(playerId: string, packet: Uint8Array): void;
  /** What phones have said since the last time of what has reached them, the oldest first. */
  take(): readonly Acknowledgement[];
}

export interface LinkOptions {
  readonly cpu: Cpu;
  readonly views: Views;
  readonly screens: Screens;
}

/**
 * Losses come in bursts: a line is good or bad, and changes now and then (Gilbert 1960, Elliott 1963).
 * With these figures it is bad for a twentieth of the packets, and loses 3 in 100 of all.
 */
const turnsBad = 0.01;
const turnsGood = 0.2;
const lossWhileGood = 0.005;
const lossWhileBad = 0.5;

/** Packets that take another way, and how much longer it is at the mean: some of them are overtaken. */
const detourShare = 0.05;
const meanDetourMs = 60;

/** One packet in so many finds a train at the mouth of a tunnel, in which nothing gets through. */
const packetsPerTunnel = 400;
const longestTunnelMs = 4_000;

/** Of a phone of which nothing is known. */
const usualNetworkMs = 40;

/** Arrivals are rounded up to these. */
const slotMs = 10;

/** The line of one player, as long as he is connected. */
interface Line {
  readonly playerId: string;
  readonly random: Random;
  readonly receipts: Receipts;
  /** Only observers read what they are sent; of the others it is enough that it came. */
  readonly phone: Phone | undefined;
  readonly hasTunnels: boolean;
  readonly networkMs: number;
  isBad: boolean;
  silentUntilMs: number;
}

type Transit =
  | { readonly to: 'phone'; readonly line: Line; readonly packet: Uint8Array }
  | { readonly to: 'shard'; readonly line: Line; readonly acknowledgement: Acknowledgement };

export function createLink(context: WorldContext<Game>, options: LinkOptions) {
  const { elapsedMs, random } = context;
  const { cpu, views, screens } = options;
  const lines = new Map<string, Line>();
  const networks = new Map<string, Player['habits']>();
  const underWay = createCalendar<Transit>(slotMs);
  let acknowledgements: Acknowledgement[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let connections = 0;

  function getsThrough(line: Line): boolean {
    const own = line.random;
    if (line.isBad ? own.chance(turnsGood) : own.chance(turnsBad)) line.isBad = !line.isBad;
    if (line.hasTunnels && own.next() * packetsPerTunnel < 1) {
      line.silentUntilMs = elapsedMs() + own.next() * longestTunnelMs;
    }
    if (elapsedMs() < line.silentUntilMs) return false;
    return !own.chance(line.isBad ? lossWhileBad : lossWhileGood);
  }

  function setOut(transit: Transit): void {
    const { line } = transit;
    if (!getsThrough(line)) {
      if (transit.to === 'phone') screens.lost();
      return;
    }
    const detourMs = line.random.chance(detourShare) ? line.random.exponential(meanDetourMs) : 0;
    underWay.add(elapsedMs() + line.networkMs + detourMs, transit);
    timer ??= setTimeout(deliver, slotMs);
  }

  function deliver(): void {
    timer = undefined;
    for (const transit of underWay.takeUntil(elapsedMs())) arrive(transit);
    if (underWay.size > 0) timer ??= setTimeout(deliver, slotMs);
  }

  function arrive(transit: Transit): void {
    const { line } = transit;
    if (lines.get(line.playerId) !== line) return;
    if (transit.to === 'shard') {
      acknowledgements.push(transit.acknowledgement);
      return;
    }
    const { packet } = transit;
    if (line.phone?.receive(packet) ?? true) {
      line.receipts.add(tickOf(packet));
      const { playerId } = line;
      const acknowledgement = { playerId, ...line.receipts.last() };
      setOut({ to: 'shard', line, acknowledgement });
    }
    const view = views.of(line.playerId);
    if (view !== undefined) screens.shown(line.playerId, packet, view);
  }

  const link: Link = {
    connect(playerId) {
      const view = views.of(playerId);
      const habits = networks.get(playerId);
      connections += 1;
      lines.set(playerId, {
        playerId,
        random: random('link').fork(`${playerId} ${connections}`),
        receipts: createReceipts(),
        phone: view === undefined ? undefined : createPhone(view),
        hasTunnels: habits?.hasTunnels === true,
        networkMs: habits?.networkMs ?? usualNetworkMs,
        isBad: false,
        silentUntilMs: 0,
      });
      view?.players.clear();
      screens.connected(playerId);
    },
    disconnect(playerId) {
      lines.delete(playerId);
      screens.disconnected(playerId);
    },
    send(playerId, packet) {
      const line = lines.get(playerId);
      if (line === undefined) return;
      cpu.send(1, packet.length, datagramHeaderBytes);
      screens.sent(playerId, packet);
      setOut({ to: 'phone', line, packet });
    },
    take() {
      const taken = acknowledgements;
      acknowledgements = [];
      return taken;
    },
  };

  return {
    /** The link, as a process holds it. */
    open({ onEnd }: PortContext): Link {
      onEnd(() => screens.wentDown());
      return link;
    },
    /** How this player is connected to the world. */
    know: ({ profile, habits }: Player): void => {
      networks.set(profile.playerId, habits);
    },
  };
}
