import type { PlayerState, Profile } from '../../domain.ts';
import type { Context } from '../../system.ts';
import { type Arena, type Change, createArena } from '../shard/arena.ts';
import { startTicks } from '../shard/tick-loop.ts';

/** Time limit of loading a player. */
const loadTimeoutMs = 5_000;

export interface PlainShardParts {
  /** What follows each action; the tick waits for it when it gives back a promise. */
  readonly followUp: (change: Change) => Promise<unknown> | undefined;
  /** What becomes of the rows that a tick has changed. */
  readonly save: (rows: readonly PlayerState[]) => Promise<unknown> | undefined;
  readonly onJoin?: (profile: Profile) => void;
}

/**
 * The shard that the first four implementations share, as most first versions are: every action is
 * applied, then checked, and after each tick everybody is told everything.
 *
 * Flaw: what a tick has to send grows with the square of the players, wherever on the map they are.
 */
export function createPlainShard(context: Context, parts: PlainShardParts) {
  const { gate, storage } = context.outside;
  const { followUp, save, onJoin } = parts;
  const arena: Arena = createArena(context.outside);
  let joined: Profile[] = [];

  async function tick(): Promise<void> {
    const changed = new Map<string, PlayerState>();
    const left: string[] = [];
    for (const { playerId } of joined) {
      const entity = arena.get(playerId);
      if (entity !== undefined) changed.set(playerId, entity.state);
    }
    for (const input of gate.take()) {
      const change = arena.apply(input);
      if (change === undefined) continue;
      const { playerId } = input;
      changed.set(playerId, change.after);
      if (input.action.type === 'leave') {
        arena.leave(playerId);
        left.push(playerId);
      }
      const following = followUp(change);
      if (following !== undefined) await following;
    }
    if (changed.size > 0) {
      const saving = save([...changed.values()]);
      if (saving !== undefined) await saving;
    }
    welcome();
    gate.broadcast([...changed.values()], left);
  }

  /** Whoever has just come is told of everybody once. */
  function welcome(): void {
    if (joined.length === 0) return;
    gate.multicast(
      joined.map(({ playerId }) => playerId),
      arena.states(),
    );
    joined = [];
  }

  const ticks = startTicks(context, tick);

  return {
    arena,
    async join(profile: Profile): Promise<void> {
      const { playerId } = profile;
      const { row } = await storage.load({ playerId }, { timeoutMs: loadTimeoutMs });
      await ticks.inNextTick(() => {
        arena.enter(profile, row);
        joined.push(profile);
        onJoin?.(profile);
      });
    },
    /** Maintenance: the last inputs are waited for and applied. */
    async close(): Promise<void> {
      await gate.close();
      await ticks.stop();
    },
  };
}
