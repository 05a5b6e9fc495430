import type { WorldContext } from '@firedrill/core/scenario';
import type { Action, Input, PlayerState, Position, Profile } from '../domain.ts';
import { newcomer } from '../domain.ts';
import type { Game } from '../types.ts';
import type { View } from '../world/views.ts';
import { judge, law } from './law.ts';

/**
 * What the phones of the observers have to show, over a link that loses packets: the game as it was at the
 * end of the tick in which the newest packet that has come was sent. Known of honest players alone; it is
 * made from the inputs that arrived and were applied, and not from what the game says of its state.
 *
 * In a crowd a packet has no room for everybody: a neighbour may be shown as he was before, and nobody may
 * have to wait for long. What counts is packets that came: in a tunnel nobody is passed over.
 */
export interface Screens {
  /** An honest player is in the game. */
  entered(profile: Profile): void;
  arrived(id: string, action: Action): void;
  /** This input has become part of the state. */
  applied(id: string, input: Pick<Input, 'playerId' | 'sequence'>): void;
  /** A player is on the shard; one who observes has an empty screen, and hears of everybody anew. */
  connected(playerId: string): void;
  disconnected(playerId: string): void;
  /** The shard has gone down: until it has a player back, nobody can be shown him. */
  wentDown(): void;
  /** A packet leaves with the end of this tick; whoever is no observer is only counted. */
  sent(playerId: string, packet: Uint8Array): void;
  /** A packet will not arrive. */
  lost(): void;
  /** A tick is over. */
  tickEnded(observers: ReadonlyMap<string, View>): void;
  /** A packet has come, and this is what the phone shows now. */
  shown(observerId: string, packet: Uint8Array, view: View): void;
  readonly totals: Readonly<ScreenTotals>;
}

export interface ScreenTotals {
  packets: number;
  bytes: number;
  lost: number;
  /** Packets that came to an observer after a newer one. */
  overtaken: number;
  /** Neighbours whose place on a screen was looked at, one for each packet. */
  compared: number;
  /** Those of them who were missing, stood elsewhere, or were not to be seen. */
  wrong: number;
  /** In a crowd: those who were not shown as they were in the tick of the packet. */
  stale: number;
  /** Those of them who were passed over for longer than anybody may be. */
  starved: number;
  /** The most packets that came to one screen while somebody on it was stale. */
  longestWait: number;
  /** Packets with more bytes than there may be, header included. */
  overBudget: number;
}

/** An honest player, as far as the game has applied what he did. */
interface Body {
  state: PlayerState;
  isPresent: boolean;
  /** The last input that others can see: a step or a blow. */
  visible: number;
  /** Where he was after each of his inputs; in a crowd, where one of them may be shown for a while. */
  readonly places: Map<number, string>;
  /** The tick from whose end on he is known to be in the game. */
  knownFrom: number;
}

/** What a screen has to show of one who is near. */
interface Sight {
  readonly xCm: number;
  readonly yCm: number;
  readonly visible: number;
  readonly applied: number;
}

/** The game at the end of a tick, from the place of one observer. */
interface Scene {
  readonly tick: number;
  readonly near: ReadonlyMap<string, Sight>;
}

/** What the judge knows of an observer: the packets under way, and the newest one that came. */
interface Watch {
  readonly scenes: Map<Uint8Array, Scene | undefined>;
  newest: number;
  /** Packets that have come in a row while somebody was stale. */
  waits: Map<string, number>;
}

export function createScreens({ settings, violate }: WorldContext<Game>): Screens {
  const bodies = new Map<string, Body>();
  const actions = new Map<string, Action>();
  const onShard = new Set<string>();
  const watches = new Map<string, Watch>();
  const leaving: { readonly observerId: string; readonly packet: Uint8Array }[] = [];
  const totals: ScreenTotals = {
    packets: 0,
    bytes: 0,
    lost: 0,
    overtaken: 0,
    compared: 0,
    wrong: 0,
    stale: 0,
    starved: 0,
    longestWait: 0,
    overBudget: 0,
  };
  let tick = 0;

  /** Undefined while the observer himself is not known to be there. */
  function sceneOf(observerId: string): Scene | undefined {
    const observer = bodies.get(observerId);
    if (observer?.isPresent !== true) return undefined;
    const near = new Map<string, Sight>();
    for (const [playerId, { state, isPresent, visible }] of bodies) {
      if (!isPresent || playerId === observerId || !onShard.has(playerId)) continue;
      const [dx, dy] = [state.x - observer.state.x, state.y - observer.state.y];
      if (dx * dx + dy * dy > settings.interestM ** 2) continue;
      const [xCm, yCm] = [Math.round(100 * state.x), Math.round(100 * state.y)];
      near.set(playerId, { xCm, yCm, visible, applied: state.sequence });
    }
    return { tick, near };
  }

  function wrong(observerId: string, playerId: string, how: string): void {
    totals.wrong += 1;
    violate('shown-as-it-was', `${playerId} ${how} on the phone of ${observerId}`);
  }

  /** Within a budget somebody may be shown as he was, for a while; where he never was, not even then. */
  function wrongInCrowd(observerId: string, playerId: string, seen: Seen | undefined): void {
    totals.stale += 1;
    const places = bodies.get(playerId)?.places;
    if (seen === undefined || seen.sequence === undefined) return;
    if (places?.get(seen.sequence) === placeOf(seen)) return;
    wrong(observerId, playerId, 'is where he never was');
  }

  function compare(observerId: string, watch: Watch, { near, tick: at }: Scene, view: View): void {
    const { players } = view;
    const waits = new Map<string, number>();
    const isWrong = (playerId: string, how: string): void => {
      if (!settings.crowd) {
        wrong(observerId, playerId, how);
        return;
      }
      wrongInCrowd(observerId, playerId, players.get(playerId));
      const waited = (watch.waits.get(playerId) ?? 0) + 1;
      waits.set(playerId, waited);
      totals.longestWait = Math.max(totals.longestWait, waited);
      if (waited !== law.longestWait + 1) return;
      totals.starved += 1;
      violate(
        'nobody-starves',
        `${playerId} ${how} on the phone of ${observerId}, ${waited} packets long`,
      );
    };
    for (const [playerId, sight] of near) {
      totals.compared += 1;
      const seen = players.get(playerId);
      if (isRight(seen, sight)) continue;
      isWrong(playerId, seen === undefined ? 'is missing' : 'is not as he was');
    }
    for (const playerId of players.keys()) {
      const body = bodies.get(playerId);
      if (near.has(playerId) || playerId === observerId) continue;
      // Whoever is just coming in may be there already, and of cheaters nobody knows.
      if (body === undefined || body.knownFrom >= at) continue;
      isWrong(playerId, 'is seen, and is not near,');
    }
    watch.waits = waits;
  }

  return {
    totals,
    entered(profile) {
      const state = newcomer(profile);
      const places = new Map([[0, placeOf(state)]]);
      bodies.set(profile.playerId, { state, isPresent: true, visible: 0, places, knownFrom: tick });
    },
    arrived(id, action) {
      actions.set(id, action);
    },
    applied(id, { playerId, sequence }) {
      const action = actions.get(id);
      const body = bodies.get(playerId);
      if (action === undefined || body === undefined || sequence <= body.state.sequence) return;
      actions.delete(id);
      body.state = judge(body.state, { playerId, sequence, madeAtMs: 0, action }).after;
      if (settings.crowd) body.places.set(sequence, placeOf(body.state));
      if (action.type === 'leave') body.isPresent = false;
      if (action.type === 'move' || action.type === 'attack') body.visible = sequence;
    },
    connected(playerId) {
      onShard.add(playerId);
      watches.set(playerId, { scenes: new Map(), newest: 0, waits: new Map() });
      const body = bodies.get(playerId);
      if (body !== undefined) body.knownFrom = tick;
    },
    disconnected(playerId) {
      onShard.delete(playerId);
      watches.delete(playerId);
    },
    wentDown: () => onShard.clear(),
    sent(playerId, packet) {
      totals.packets += 1;
      totals.bytes += packet.length;
      if (settings.crowd && packet.length + law.headerBytes > law.packetBytes) {
        totals.overBudget += 1;
        violate('within-budget', `a packet to ${playerId} has ${packet.length} bytes`);
      }
      leaving.push({ observerId: playerId, packet });
    },
    lost() {
      totals.lost += 1;
    },
    tickEnded(observers) {
      tick += 1;
      for (const { observerId, packet } of leaving) {
        if (!observers.has(observerId)) continue;
        watches.get(observerId)?.scenes.set(packet, sceneOf(observerId));
      }
      leaving.length = 0;
    },
    shown(observerId, packet, view) {
      const watch = watches.get(observerId);
      const scene = watch?.scenes.get(packet);
      if (watch === undefined || scene === undefined) return;
      watch.scenes.delete(packet);
      if (scene.tick < watch.newest) {
        totals.overtaken += 1;
        return;
      }
      watch.newest = scene.tick;
      compare(observerId, watch, scene, view);
    },
  };
}

type Seen = View['players'] extends Map<string, infer Value> ? Value : never;

/** Whether somebody is seen where he was, after the last thing that he was seen to do. */
function isRight(seen: Seen | undefined, sight: Sight): boolean {
  return (
    seen !== undefined &&
    Math.round(100 * seen.x) === sight.xCm &&
    Math.round(100 * seen.y) === sight.yCm &&
    seen.sequence !== undefined &&
    seen.sequence >= sight.visible &&
    seen.sequence <= sight.applied
  );
}

/** Where somebody is, to the centimetre. */
const placeOf = ({ x, y }: Position): string => `${Math.round(100 * x)} ${Math.round(100 * y)}`;
