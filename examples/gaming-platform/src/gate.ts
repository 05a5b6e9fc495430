import type { PhaseContext } from '@firedrill/core/scenario';
import type { Cpu } from './cpu.ts';
import type { Crowd } from './crowd.ts';
import { type Input, type PlayerState, type Update, updateBytes } from './domain.ts';
import type { Truth } from './truth.ts';
import type { Settings } from './settings.ts';
import type { Views } from './views.ts';

/** The edge of the shard: what players send arrives here, and what they are told leaves here. */
export interface Gate {
  /** Everything that has arrived since the last time, the oldest first. */
  take(): readonly Input[];
  readonly waiting: number;
  /** Tells a player what became of his input; it leaves with the end of the tick. */
  acknowledge(input: Input, outcome: 'applied' | 'refused'): void;
  /** The full state of these players, encoded once and sent to everybody. */
  broadcast(states: readonly PlayerState[], left: readonly string[]): void;
  /** What one player is told. The updates were encoded and charged for before. */
  send(playerId: string, updates: readonly Update[]): void;
  /** A tick is over, and everything that was sent in it leaves. */
  endTick(): void;
  /** Cuts the connection of a player for good. */
  kick(playerId: string): void;
  /** Maintenance: players stop, and this resolves when their last input has arrived. */
  close(): Promise<void>;
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

  return {
    take: () => inbox.splice(0),
    get waiting() {
      return inbox.length;
    },
    acknowledge(input, outcome) {
      answered.push(input);
      truth.acknowledged(input, outcome);
    },
    broadcast(states, left) {
      const updates: Update[] = states.map((state) => ({ kind: 'full', state }));
      for (const playerId of left) updates.push({ kind: 'left', playerId });
      cpu.encode(updates.length);
      cpu.send(crowd.online, crowd.online * bytesOf(updates));
      views.toEverybody(updates);
    },
    send(playerId, updates) {
      cpu.send(1, bytesOf(updates));
      views.to(playerId, updates);
    },
    endTick() {
      const nowMs = elapsedMs();
      for (const { madeAtMs } of answered) meter.time('inputLag', nowMs - madeAtMs);
      meter.count('actions', answered.length);
      answered.length = 0;
      crowd.heard();
    },
    kick: (playerId) => crowd.remove(playerId),
    close: () => crowd.close(),
  };
}

function bytesOf(updates: readonly Update[]): number {
  let bytes = 0;
  for (const { kind } of updates) bytes += updateBytes[kind];
  return bytes;
}
