import type { WorldContext } from '@firedrill/core/scenario';
import type { Action, Input, PlayerState, Profile } from '../domain.ts';
import { newcomer } from '../domain.ts';
import type { Game } from '../types.ts';
import type { View } from '../world/views.ts';
import { judge } from './law.ts';

/**
 * What the phones of the observers have to show, over a link that loses packets: the game as it was at the
 * end of the tick in which the newest packet that has come was sent. Known of honest players alone; it is
 * made from the inputs that arrived and were applied, and not from what the game says of its state.
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
}

/** An honest player, as far as the game has applied what he did. */
interface Body {
  state: PlayerState;
  isPresent: boolean;
  /** The last input that others can see: a step or a blow. */
  visible: number;
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

  function compare(observerId: string, { near, tick: at }: Scene, { players }: View): void {
    for (const [playerId, sight] of near) {
      totals.compared += 1;
      const seen = players.get(playerId);
      if (isRight(seen, sight)) continue;
      wrong(observerId, playerId, seen === undefined ? 'is missing' : 'is not as he was');
    }
    for (const playerId of players.keys()) {
      const body = bodies.get(playerId);
      if (near.has(playerId) || playerId === observerId) continue;
      // Whoever is just coming in may be there already, and of cheaters nobody knows.
      if (body === undefined || body.knownFrom >= at) continue;
      wrong(observerId, playerId, 'is seen, and is not near,');
    }
  }

  return {
    totals,
    entered(profile) {
      const state = newcomer(profile);
      bodies.set(profile.playerId, { state, isPresent: true, visible: 0, knownFrom: tick });
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
      if (action.type === 'leave') body.isPresent = false;
      if (action.type === 'move' || action.type === 'attack') body.visible = sequence;
    },
    connected(playerId) {
      onShard.add(playerId);
      watches.set(playerId, { scenes: new Map(), newest: 0 });
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
      compare(observerId, scene, view);
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
