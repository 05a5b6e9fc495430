import type { Input, Position, Update } from '../domain.ts';

/** What one player knows of the others. */
export interface View {
  /** Where he believes them to be; of whom he was told in full, also after which of their inputs. */
  readonly players: Map<string, Position & { readonly sequence?: number }>;
  /** Of whom he was told in this tick that they did something. */
  readonly acts: Set<string>;
}

/**
 * What players see of each other. Kept for a sample of honest players, the observers: their phones
 * know nothing but the updates that they were sent.
 */
export interface Views {
  /** From now on what this player is told is kept. */
  observe(playerId: string): void;
  /** The player has gone, and his phone is off. */
  forget(playerId: string): void;
  /** All screens are empty. */
  clear(): void;
  /** The view of an observer. */
  of(playerId: string): View | undefined;
  all(): ReadonlyMap<string, View>;
}

export function createViews(): Views {
  const views = new Map<string, View>();

  return {
    observe(playerId) {
      views.set(playerId, { players: new Map(), acts: new Set() });
    },
    forget(playerId) {
      views.delete(playerId);
    },
    clear() {
      for (const { players } of views.values()) players.clear();
    },
    of: (playerId) => views.get(playerId),
    all: () => views,
  };
}

/** Shows an update on a phone. A change of somebody whom it does not know has nothing to change. */
export function show({ players, acts }: View, update: Update): void {
  if (update.kind === 'full') {
    players.set(update.state.playerId, update.state);
  } else if (update.kind === 'left') {
    players.delete(update.playerId);
  } else if (update.kind === 'acted') {
    acts.add(update.playerId);
  } else {
    const known = players.get(update.playerId);
    if (known !== undefined) players.set(update.playerId, { ...known, x: update.x, y: update.y });
  }
}

/** Whether this phone shows that somebody did something: it was told of it, or of what it came to. */
export function hasSeen(
  { players, acts }: View,
  act: Pick<Input, 'playerId' | 'sequence'>,
): boolean {
  if (acts.has(act.playerId)) return true;
  const known = players.get(act.playerId);
  // Whoever is not on the screen has nothing to be seen of.
  return known === undefined || (known.sequence ?? 0) >= act.sequence;
}
