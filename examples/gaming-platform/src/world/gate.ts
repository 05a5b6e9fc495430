import type { WorldContext } from '@firedrill/core/scenario';
import type { Cpu } from './cpu.ts';
import type { Crowd } from './crowd.ts';
import {
  acknowledgementBytes,
  type Input,
  type PlayerState,
  type Profile,
  type ReceivedInput,
  type Update,
  updateBytes,
} from '../domain.ts';
import type { Deeds } from '../truth.ts';
import { measures } from '../measurements.ts';
import type { Game } from '../types.ts';
import { show, type View, type Views } from './views.ts';

/** The edge of the shard: what players send arrives here, and what they are told leaves here. */
export interface Gate {
  /** A tick begins: everything that has arrived since the last one, the oldest first. */
  take(): readonly ReceivedInput[];
  /** Whether inputs wait to be taken. */
  hasInputs(): boolean;
  /** Tells a player what became of his input; it leaves with the end of the tick. */
  acknowledge(input: Input, outcome: 'applied' | 'refused'): void;
  /** The full state of these players, encoded once and sent to everybody. */
  broadcast(states: readonly PlayerState[], left: readonly string[]): void;
  /** The full state of these players, encoded once and sent to some. */
  multicast(playerIds: readonly string[], states: readonly PlayerState[]): void;
  /** The way to one player. */
  connect(playerId: string): Connection;
  /** Sends what connections were told: one message to each of them. */
  flush(): void;
  /** A tick is over: the time of its work passes, and everything that was sent in it has left. */
  endTick(): void;
  /** Cuts the connection of a player for good. */
  kick(playerId: string): void;
  /**
   * From now on inputs are kept until they are stored. Those that a shard which went down has taken
   * and not stored are handed out again, in the order of each player.
   */
  keep(): void;
  /** These states are stored: the inputs that led to them need not be kept any longer. */
  stored(states: readonly Pick<PlayerState, 'playerId' | 'sequence'>[]): void;
  /** Everybody who is in the game, or has inputs that are kept: connections outlive a shard. */
  present(): readonly Profile[];
  /** Maintenance: players stop, and this resolves when their last input has arrived. */
  close(): Promise<void>;
}

/** The way to one player. */
export interface Connection {
  /** Adds an update to his next message. It was encoded and charged for before. */
  tell(update: Update): void;
}

export interface GateOptions {
  readonly cpu: Cpu;
  readonly crowd: Crowd;
  readonly truth: Pick<Deeds, 'acknowledged' | 'answered' | 'tickEnded'>;
  readonly views: Views;
  /** Filled by the crowd. */
  readonly inbox: ReceivedInput[];
}

export function createGate(context: WorldContext<Game>, options: GateOptions): Gate {
  const { meter, elapsedMs, settings } = context;
  const { cpu, crowd, truth, views, inbox } = options;
  const answered: Input[] = [];
  const lines = new Map<string, Line>();
  const talking: Line[] = [];
  let kept: Map<string, ReceivedInput[]> | undefined;
  let dueMs = elapsedMs();
  let begunMs = elapsedMs();

  /** The ticks that were due when this one began are served by it; all but one were missed. */
  function measureTick(): void {
    const doneMs = elapsedMs();
    meter.count(measures.ticks);
    meter.record(measures.tickWork, doneMs - begunMs);
    let served = 0;
    for (; dueMs <= begunMs; dueMs += settings.tickMs) {
      meter.record(measures.tick, doneMs - dueMs);
      served += 1;
    }
    if (served > 1) meter.count(measures.missedTicks, served - 1);
  }

  function say(line: Line, bytes: number): void {
    if (line.bytes === 0) talking.push(line);
    line.bytes += bytes;
  }

  /** Only what observers are told is kept; of the others, how much it is. */
  function sendCopies(copies: number, updates: readonly Update[], seenBy: Iterable<View>): void {
    const bytes = updates.reduce((sum, { kind }) => sum + updateBytes[kind], 0);
    cpu.encode(updates.length);
    cpu.send(copies, copies * bytes);
    for (const view of seenBy) for (const update of updates) show(view, update);
  }

  return {
    take() {
      begunMs = elapsedMs();
      const taken = inbox.splice(0);
      if (kept !== undefined) {
        for (const input of taken) {
          const own = kept.get(input.playerId);
          if (own === undefined) kept.set(input.playerId, [input]);
          else own.push(input);
        }
      }
      return taken;
    },
    hasInputs: () => inbox.length > 0,
    acknowledge(input, outcome) {
      const { playerId, action } = input;
      answered.push(input);
      if (outcome === 'applied') cpu.apply(1);
      truth.acknowledged(input, outcome);
      const line = lines.get(playerId);
      // Without a connection of his own, the player hears it with what everybody is told.
      if (line === undefined) cpu.send(0, acknowledgementBytes);
      else say(line, acknowledgementBytes);
      if (action.type === 'leave') lines.delete(playerId);
    },
    broadcast(states, left) {
      const updates: Update[] = states.map((state) => ({ kind: 'full', state }));
      for (const playerId of left) updates.push({ kind: 'left', playerId });
      sendCopies(crowd.online, updates, views.all().values());
    },
    multicast(playerIds, states) {
      const updates: Update[] = states.map((state) => ({ kind: 'full', state }));
      const seen = playerIds.flatMap((playerId) => views.of(playerId) ?? []);
      sendCopies(playerIds.length, updates, seen);
    },
    connect(playerId) {
      const view = views.of(playerId);
      // A client that is connected anew begins with an empty screen.
      view?.players.clear();
      const connection: Line = {
        bytes: 0,
        tell(update) {
          say(connection, updateBytes[update.kind]);
          if (view !== undefined) show(view, update);
        },
      };
      lines.set(playerId, connection);
      return connection;
    },
    flush() {
      let bytes = 0;
      for (const line of talking) {
        bytes += line.bytes;
        line.bytes = 0;
      }
      cpu.send(talking.length, bytes);
      talking.length = 0;
    },
    endTick() {
      cpu.spend();
      const nowMs = elapsedMs();
      for (const input of answered) {
        meter.record(measures.inputLag, Math.max(0, nowMs - input.madeAtMs));
        truth.answered(input);
      }
      meter.count(measures.actions, answered.length);
      answered.length = 0;
      truth.tickEnded(views.all());
      measureTick();
      crowd.heard();
    },
    kick(playerId) {
      lines.delete(playerId);
      kept?.delete(playerId);
      crowd.remove(playerId);
    },
    keep() {
      const left = kept === undefined ? [] : [...kept.values()].flat();
      inbox.unshift(...left);
      kept = new Map();
    },
    stored(states) {
      for (const { playerId, sequence } of states) {
        const own = kept?.get(playerId);
        if (own === undefined) continue;
        const newer = own.findIndex((input) => input.sequence > sequence);
        if (newer === -1) kept?.delete(playerId);
        else own.splice(0, newer);
      }
    },
    present() {
      const waiting = inbox.map(({ playerId }) => playerId);
      return crowd.profiles([...(kept?.keys() ?? []), ...waiting]);
    },
    close: () => crowd.close(),
  };
}

/** A connection, and how much it has to say in this tick. */
interface Line extends Connection {
  bytes: number;
}
