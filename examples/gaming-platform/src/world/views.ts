import type { Position, Update } from '../domain.ts';

/** Where one player believes the others to be. */
export type View = Map<string, Position>;

/**
 * What players see of each other. Kept for a sample of honest players, the observers: their phones
 * know nothing but the updates that they were sent.
 */
export interface Views {
  /** From now on what this player is told is kept. */
  observe(playerId: string): void;
  /** The player has gone, and his phone is off. */
  forget(playerId: string): void;
  /** The view of an observer. */
  of(playerId: string): View | undefined;
  all(): ReadonlyMap<string, View>;
}

export function createViews(): Views {
  const views = new Map<string, View>();

  return {
    observe(playerId) {
      views.set(playerId, new Map());
    },
    forget(playerId) {
      views.delete(playerId);
    },
    of: (playerId) => views.get(playerId),
    all: () => views,
  };
}

/** Shows an update on a phone. A change of somebody whom it does not know has nothing to change. */
export function show(view: View, update: Update): void {
  if (update.kind === 'full') view.set(update.state.playerId, update.state);
  else if (update.kind === 'left') view.delete(update.playerId);
  else if (update.kind === 'moved' && view.has(update.playerId)) view.set(update.playerId, update);
}
