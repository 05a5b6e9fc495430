import type { Position, Update } from './domain.ts';

/**
 * What players see of each other. Kept for a sample of honest players, the observers: their phones
 * know nothing but the updates that they were sent.
 */
export interface Views {
  /** From now on what this player is told is kept. */
  observe(playerId: string): void;
  /** The player has gone, and his phone is off. */
  forget(playerId: string): void;
  to(playerId: string, updates: readonly Update[]): void;
  toEverybody(updates: readonly Update[]): void;
  /** Where each observer believes the others to be. */
  all(): ReadonlyMap<string, ReadonlyMap<string, Position>>;
}

export function createViews(): Views {
  const views = new Map<string, Map<string, Position>>();

  return {
    observe(playerId) {
      views.set(playerId, new Map());
    },
    forget(playerId) {
      views.delete(playerId);
    },
    to(playerId, updates) {
      const view = views.get(playerId);
      if (view !== undefined) show(view, updates);
    },
    toEverybody(updates) {
      for (const view of views.values()) show(view, updates);
    },
    all: () => views,
  };
}

function show(view: Map<string, Position>, updates: readonly Update[]): void {
  for (const update of updates) {
    if (update.kind === 'full') view.set(update.state.playerId, update.state);
    else if (update.kind === 'left') view.delete(update.playerId);
    // A change of somebody whom the phone does not know has nothing to change.
    else if (update.kind === 'moved' && view.has(update.playerId)) {
      view.set(update.playerId, { x: update.x, y: update.y });
    }
  }
}
