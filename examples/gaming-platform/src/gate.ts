import type { PhaseContext } from '@firedrill/core/scenario';
import type { Cpu } from './cpu.ts';
import type { Crowd } from './crowd.ts';
import {
  acknowledgementBytes,
  type Input,
  type PlayerState,
  type Update,
  updateBytes,
} from './domain.ts';
import type { Truth } from './truth.ts';
import type { Settings } from './settings.ts';
import { show, type View, type Views } from './views.ts';

/** The edge of the shard: what players send arrives here, and what they are told leaves here. */
export interface Gate {
  /** Everything that has arrived since the last time, the oldest first. */
  take(): readonly Input[];
  readonly waiting: number;
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
  /** A tick is over, and everything that was sent in it has left. */
  endTick(): void;
  /** Cuts the connection of a player for good. */
  kick(playerId: string): void;
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
  readonly truth: Truth;
  readonly views: Views;
  /** Filled by the crowd. */
  readonly inbox: Input[];
}

export function createGate(context: PhaseContext<Settings>, options: GateOptions): Gate {
  const { meter, elapsedMs } = context;
  const { cpu, crowd, truth, views, inbox } = options;
  const answered: Input[] = [];
  const lines = new Map<string, Line>();
  const talking: Line[] = [];

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
    take: () => inbox.splice(0),
    get waiting() {
      return inbox.length;
    },
    acknowledge(input, outcome) {
      const { playerId, action } = input;
      answered.push(input);
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
      const nowMs = elapsedMs();
      for (const { madeAtMs } of answered) meter.time('inputLag', nowMs - madeAtMs);
      meter.count('actions', answered.length);
      answered.length = 0;
      crowd.heard();
    },
    kick(playerId) {
      lines.delete(playerId);
      crowd.remove(playerId);
    },
    close: () => crowd.close(),
  };
}

/** A connection, and how much it has to say in this tick. */
interface Line extends Connection {
  bytes: number;
}
