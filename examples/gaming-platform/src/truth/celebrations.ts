import { faultsSince, WorkTally, type WorldContext } from '@firedrill/core/scenario';
import type { Game } from '../types.ts';
import { keptMs } from './network.ts';

/** Congratulations and effects of honest players: what is due, and what came, once and in time. */
export interface Celebrations {
  /** A deed is to be celebrated with an effect. */
  effectDue(id: string): void;
  congratulationDue(id: string): void;
  /** What may be celebrated has reached the gate. */
  deedArrived(id: string): void;
  effectPlayed(id: string): void;
  congratulated(id: string, text: string): void;
  /** What was never carried out. */
  missing(): { readonly notifications: readonly string[]; readonly effects: readonly string[] };
  readonly pushes: WorkTally;
  readonly effects: WorkTally;
  /** Congratulations for the same deed beyond the first. */
  readonly doublePushes: number;
  /** Effects that came when nobody looked any more. */
  readonly lateEffects: number;
}

/** An effect that is played later than this, in ms from the arrival of its deed, is for nobody. */
const staleMs = 5_000;

export function createCelebrations(context: WorldContext<Game>): Celebrations {
  const { elapsedMs, faults, violate } = context;
  /** What has not been carried out yet, and since when it is due. */
  const openPushes = new Map<string, number>();
  const openEffects = new Map<string, number>();
  const pushes = new WorkTally();
  const effects = new WorkTally();
  /** When what is to be celebrated arrived. */
  const deedAtMs = new Map<string, number>();
  /** What was congratulated for, by the id of the message, and since when that was due; again, when. */
  const told = new Map<string, number>();
  let doublePushes = 0;
  let lateEffects = 0;

  function due(open: Map<string, number>, tally: WorkTally, id: string): void {
    open.set(id, elapsedMs());
    tally.wasDue(elapsedMs());
  }

  /** What the network doubles, and what a shard that came back begins anew, is no choice of the game. */
  const isOnceOnly = (sinceMs: number): boolean =>
    !faultsSince(context, sinceMs).some(({ kind }) => kind === 'crash') &&
    !faults.some(({ kind, service }) => kind === 'duplicate' && service === 'push');

  const couldPlay = (sinceMs: number): boolean =>
    !faultsSince(context, sinceMs).some(
      ({ kind, service }) => kind === 'crash' || service === 'effects',
    );

  return {
    pushes,
    effects,
    effectDue: (id) => due(openEffects, effects, id),
    congratulationDue: (id) => due(openPushes, pushes, id),
    deedArrived(id) {
      if (openEffects.has(id)) deedAtMs.set(id, elapsedMs());
    },
    effectPlayed(id) {
      const sinceMs = deedAtMs.get(id) ?? elapsedMs();
      deedAtMs.delete(id);
      const lateMs = elapsedMs() - sinceMs;
      if (lateMs > staleMs && couldPlay(sinceMs)) {
        lateEffects += 1;
        const seconds = (lateMs / 1_000).toFixed(1);
        violate('no-stale-effect', `the effect of ${id} is played ${seconds} s after the deed`);
      }
      carriedOut(openEffects, effects, id);
    },
    congratulated(id, text) {
      const sinceMs = told.get(id);
      if (sinceMs !== undefined && isOnceOnly(sinceMs)) {
        doublePushes += 1;
        violate('told-once', `${id} is congratulated for again: "${text}"`);
      }
      // Since it was due, not since it came: a slow one may come when the shard that sent it is down, or up again.
      // Of one that is not due, as its player cheats, or not any more, it is known how long ago it was sent at the most.
      told.set(id, openPushes.get(id) ?? elapsedMs() - keptMs);
      carriedOut(openPushes, pushes, id);
    },
    missing: () => ({ notifications: [...openPushes.keys()], effects: [...openEffects.keys()] }),
    get doublePushes() {
      return doublePushes;
    },
    get lateEffects() {
      return lateEffects;
    },
  };
}

/** The first time counts. */
function carriedOut(open: Map<string, number>, tally: WorkTally, id: string): void {
  const dueAtMs = open.get(id);
  if (dueAtMs !== undefined) tally.wasDone(dueAtMs);
  open.delete(id);
}
