import type { PlayerState } from '../../domain.ts';

/**
 * States whose consequences are under way. A state is settled when everything that follows from it, and
 * from those before it, is done or was given up and told; only then is it stored, and the gate may
 * forget the inputs that led to it. So a shard that comes back finds, in the rows and the inputs that
 * are kept, all that is not done.
 */
export interface Settling {
  /** A player has come to a new state. It waits for its own `done`, and for that of what follows. */
  begin(state: PlayerState): Step;
  /** States that are not settled. */
  readonly size: number;
}

export interface Step {
  /** One thing more follows; gives back what says that it is done. Saying it twice is no harm. */
  follow(): () => void;
  /** Everything that follows is known. */
  done(): void;
}

interface Entry {
  readonly state: PlayerState;
  open: number;
}

export function createSettling(settled: (state: PlayerState) => void): Settling {
  /** By player, the oldest first. Whoever has nothing open is not in it. */
  const entries = new Map<string, Entry[]>();
  let size = 0;

  function close(entry: Entry): void {
    entry.open -= 1;
    const { playerId } = entry.state;
    const own = entries.get(playerId);
    if (own === undefined || own[0]?.open !== 0) return;
    let last = entry;
    while (own[0]?.open === 0) {
      [last = entry] = own.splice(0, 1);
      size -= 1;
    }
    if (own.length === 0) entries.delete(playerId);
    settled(last.state);
  }

  return {
    begin(state) {
      const entry: Entry = { state, open: 1 };
      const own = entries.get(state.playerId);
      if (own === undefined) entries.set(state.playerId, [entry]);
      else own.push(entry);
      size += 1;
      return {
        follow() {
          entry.open += 1;
          let isDone = false;
          return () => {
            if (isDone) return;
            isDone = true;
            close(entry);
          };
        },
        done: () => close(entry),
      };
    },
    get size() {
      return size;
    },
  };
}
