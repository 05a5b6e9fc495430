import type { PlayerState, Update } from '../../domain.ts';
import {
  acknowledgedBefore,
  type Acknowledgement,
  createPacket,
  datagramHeaderBytes,
  difference,
  oldestBaselineTicks,
  packetBudgetBytes,
  type PacketRecord,
  type Sighting,
} from '../../domain/packets.ts';
import type { Context } from '../../system.ts';
import type { Parts } from './game.ts';
import type { Interest } from './interest.ts';

/**
 * What players see of each other, over a link that loses packets and lets them overtake each other.
 *
 * Nothing is sent again. Each tick every viewer gets a packet with whatever his phone is not known to have:
 * a neighbour stays in the packets until one of those that hold his newest state is acknowledged. He is told
 * as a difference to what the phone has acknowledged last, never to what was sent last, and whole where that
 * is older than a phone keeps.
 *
 * In a crowd a packet has a budget of bytes. Each tick adds to the urgency of whoever waits, the more the nearer he
 * is, and the most urgent are told of. Urgency goes with the acknowledgement and not with the packet: whoever was
 * told of in a packet that got lost is as urgent as if he had never been.
 */
export interface Replication extends Interest {
  /** Hears what has reached the phones. */
  listen(): void;
  /** Sends every viewer what he is not known to have. */
  flush(): void;
  /** Whether there is somebody who is not known to have everything. */
  hasOpen(): boolean;
}

/** How soon a neighbour is to be told of, next to others: added up in each tick in which he waits. */
export function weightOf(nearness: number): number {
  return 1 + 2 * nearness;
}

/** What a packet of a crowd has room for besides its header. */
export const payloadBytes = packetBudgetBytes - datagramHeaderBytes;

/** Longer than a packet and its acknowledgement take: what is not acknowledged by then is lost. */
const underWayTicks = 8;

/** Somebody in the game, as others see him. */
interface Entity {
  readonly id: number;
  readonly playerId: string;
  sighting: Sighting;
  changedAt: number;
}

/** What a viewer's phone has of one neighbour. */
interface Knowledge {
  readonly entity: Entity;
  isNear: boolean;
  /** The tick in which he came near, or went. */
  since: number;
  /** The newest acknowledged packet that said something of him, and what. */
  acknowledgedAt: number;
  baseline: Sighting | undefined;
  /** The last packet that said something of him. */
  sentAt: number;
  /** Weights of the ticks in which he has waited; none of it is taken back before he is acknowledged. */
  urgency: number;
}

/** What a packet said: whether somebody was near, and how he was seen. */
interface Said {
  readonly knowledge: Knowledge;
  readonly sighting: Sighting | undefined;
}

interface Viewer {
  readonly playerId: string;
  readonly neighbours: Map<Entity, Knowledge>;
  /** Those of whom the phone is not known to have everything. */
  readonly open: Set<Knowledge>;
  /** What the packets of the last ticks have said, until they are acknowledged. */
  readonly sent: Map<number, readonly Said[]>;
}

export function createReplication(context: Context, parts: Parts): Replication {
  const { cpu, gate, link } = context.outside;
  const { settings } = context;
  const { sightingOf } = parts;
  const entities = new Map<string, Entity>();
  const viewers = new Map<string, Viewer>();
  /** The tick under way. */
  let tick = 1;
  let newestId = 0;

  /** Encoding is charged for each viewer, when it is done. */
  const interest = parts.createInterest(
    {
      ...context.outside,
      cpu: { ...cpu, encode() {} },
      gate: {
        ...gate,
        connect(playerId) {
          gate.connect(playerId);
          link.connect(playerId);
          const viewer: Viewer = {
            playerId,
            neighbours: new Map(),
            open: new Set(),
            sent: new Map(),
          };
          viewers.set(playerId, viewer);
          return { tell: (update) => tell(viewer, update) };
        },
      },
    },
    settings.interestM,
  );

  function tell(viewer: Viewer, update: Update): void {
    const playerId = update.kind === 'full' ? update.state.playerId : update.playerId;
    const entity = entities.get(playerId);
    // A phone knows its own player.
    if (entity === undefined || playerId === viewer.playerId) return;
    const known = viewer.neighbours.get(entity);
    const knowledge = known ?? {
      entity,
      isNear: true,
      since: tick,
      acknowledgedAt: 0,
      baseline: undefined,
      sentAt: 0,
      urgency: 0,
    };
    if (known === undefined) viewer.neighbours.set(entity, knowledge);
    const isNear = update.kind !== 'left';
    if (knowledge.isNear !== isNear) {
      knowledge.isNear = isNear;
      knowledge.since = tick;
      knowledge.baseline = undefined;
    }
    viewer.open.add(knowledge);
  }

  function changed(state: PlayerState): void {
    const entity = entities.get(state.playerId);
    if (entity === undefined) return;
    entity.sighting = sightingOf(state);
    entity.changedAt = tick;
  }

  /** The shortest record that says how somebody is seen. */
  function recordOf({ entity, isNear, baseline, acknowledgedAt }: Knowledge): PacketRecord {
    const { id, playerId, sighting } = entity;
    if (!isNear) return { kind: 'gone', entity: id };
    const ticksAgo = tick - acknowledgedAt;
    if (baseline === undefined || ticksAgo > oldestBaselineTicks) {
      return { kind: 'whole', entity: id, playerId, sighting };
    }
    return { kind: 'changed', entity: id, ticksAgo, change: difference(baseline, sighting) };
  }

  /** What is under way may arrive yet. */
  const isUnderWay = ({ entity, since, sentAt }: Knowledge): boolean =>
    sentAt >= Math.max(since, entity.changedAt) && tick - sentAt < underWayTicks;

  /** From 1 for whoever stands beside the viewer to 0 at the edge of what he sees; 1 for one who is gone. */
  function nearnessOf(own: Sighting | undefined, { entity, isNear }: Knowledge): number {
    if (own === undefined || !isNear) return 1;
    const [x, y] = [entity.sighting.xCm - own.xCm, entity.sighting.yCm - own.yCm];
    return 1 - Math.sqrt(x * x + y * y) / (100 * settings.interestM);
  }

  /** Those of whom there is something to tell: the most urgent first, what is under way last. */
  function* mostUrgent({ playerId, open }: Viewer): Iterable<Knowledge> {
    const own = entities.get(playerId)?.sighting;
    const waiting: Knowledge[] = [];
    const underWay: Knowledge[] = [];
    for (const knowledge of open) {
      knowledge.urgency += parts.weightOf(nearnessOf(own, knowledge));
      (isUnderWay(knowledge) ? underWay : waiting).push(knowledge);
    }
    yield* byUrgency(waiting);
    yield* byUrgency(underWay);
  }

  function send(viewer: Viewer): void {
    const packet = createPacket(tick);
    const said: Said[] = [];
    const mostBytes = settings.crowd ? parts.payloadBytes : Infinity;
    for (const knowledge of settings.crowd ? mostUrgent(viewer) : viewer.open) {
      // Nothing shorter is let past: whoever comes whole would wait for ever.
      if (!packet.add(recordOf(knowledge), mostBytes)) break;
      knowledge.sentAt = tick;
      const sighting = knowledge.isNear ? knowledge.entity.sighting : undefined;
      said.push({ knowledge, sighting });
    }
    cpu.encode(said.length);
    link.send(viewer.playerId, packet.bytes());
    viewer.sent.set(tick, said);
  }

  function acknowledged(viewer: Viewer, packetTick: number): void {
    const said = viewer.sent.get(packetTick);
    if (said === undefined) return;
    viewer.sent.delete(packetTick);
    for (const { knowledge, sighting } of said) {
      const { entity, isNear, since, acknowledgedAt } = knowledge;
      // He was forgotten with an earlier acknowledgement, and may have come back: that is another knowledge.
      if (viewer.neighbours.get(entity) !== knowledge) continue;
      // What was said before he came or went is nothing to build on.
      if (packetTick <= acknowledgedAt || packetTick < since) continue;
      knowledge.acknowledgedAt = packetTick;
      knowledge.baseline = sighting;
      knowledge.urgency = 0;
      if (isNear && packetTick < entity.changedAt) continue;
      viewer.open.delete(knowledge);
      if (!isNear) viewer.neighbours.delete(entity);
    }
  }

  function hear({ playerId, newest, earlier }: Acknowledgement): void {
    const viewer = viewers.get(playerId);
    if (viewer === undefined) return;
    for (const packetTick of viewer.sent.keys()) {
      const before = newest - 1 - packetTick;
      if (before >= acknowledgedBefore) {
        // Too old for any acknowledgement to tell of it.
        viewer.sent.delete(packetTick);
      } else if (before === -1 || (before >= 0 && (earlier & (1 << before)) !== 0)) {
        acknowledged(viewer, packetTick);
      }
    }
  }

  return {
    enter(state) {
      newestId += 1;
      entities.set(state.playerId, {
        id: newestId,
        playerId: state.playerId,
        sighting: sightingOf(state),
        changedAt: tick,
      });
      interest.enter(state);
    },
    leave(playerId) {
      interest.leave(playerId);
      entities.delete(playerId);
      viewers.delete(playerId);
      link.disconnect(playerId);
    },
    moved(state) {
      changed(state);
      interest.moved(state);
    },
    acted(state) {
      changed(state);
      interest.acted(state);
    },
    listen() {
      for (const each of link.take()) hear(each);
    },
    flush() {
      for (const viewer of viewers.values()) if (viewer.open.size > 0) send(viewer);
      tick += 1;
    },
    hasOpen: () => [...viewers.values()].some(({ open }) => open.size > 0),
  };
}

/** The most urgent first; only a few of them have room, so that sorting all would be wasted. */
function* byUrgency(items: Knowledge[]): Iterable<Knowledge> {
  for (let at = 0; at < items.length; at += 1) {
    let best = at;
    for (let other = at + 1; other < items.length; other += 1) {
      if (urgencyOf(items[other]) > urgencyOf(items[best])) best = other;
    }
    const [first, found] = [items[at], items[best]];
    if (first === undefined || found === undefined) return;
    items[best] = first;
    items[at] = found;
    yield found;
  }
}

const urgencyOf = (knowledge: Knowledge | undefined): number => knowledge?.urgency ?? 0;
