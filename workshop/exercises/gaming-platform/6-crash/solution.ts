import {
  createGame,
  type CreateSystem,
  hardenedParts,
  type Parts,
  type PlayerState,
} from '#gaming-platform';

interface Entry {
  readonly state: PlayerState;
  /** What is not done yet, itself included until all that follows is known. */
  open: number;
}

/**
 * A state is stored when everything that follows from it, and from those of the same player before it,
 * is done. So whoever comes back finds, in the rows and the inputs after them, all that is not done; it
 * does that again, and what carries a key is done once.
 */
const createSettling: Parts['createSettling'] = (settled) => {
  const entries = new Map<string, Entry[]>();
  let size = 0;

  function close(entry: Entry): void {
    entry.open -= 1;
    const { playerId } = entry.state;
    const own = entries.get(playerId) ?? [];
    const firstOpen = own.findIndex(({ open }) => open > 0);
    const ready = own.splice(0, firstOpen === -1 ? own.length : firstOpen);
    size -= ready.length;
    if (own.length === 0) entries.delete(playerId);
    const last = ready.at(-1);
    if (last !== undefined) settled(last.state);
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
};

export const create: CreateSystem = (context) =>
  createGame(context, { ...hardenedParts, createSettling });
