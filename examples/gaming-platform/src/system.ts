import type { ClosableSystem, PhaseContext } from '@firedrill/core/scenario';
import type { Profile } from './domain.ts';
import type { Services } from './services.ts';
import type { Settings } from './settings.ts';

/** The one interface of all five implementations. What players do reaches them through the gate. */
export interface GameSystem extends ClosableSystem {
  /** Lets a player in, and resolves with the end of the first tick that he is part of. */
  join(profile: Profile): Promise<void>;
  /** Work that waits inside the system: queued tasks, writes to come. Default: none. */
  backlog?(): number;
  /** What it gave up on purpose, and says so. Default: nothing is said. */
  readonly shed?: ShedLog;
  /** Breakers of services by state. Default: there are no breakers. */
  breakers?(): { readonly open: number; readonly halfOpen: number };
  /** Things registered and not removed: listeners, timers. Default: none. */
  leftBehind?(): number;
}

/** From the vital to the optional. State, anti-cheat, rewards and leaderboard may never be shed. */
export const lanes = [
  'state',
  'anti-cheat',
  'rewards',
  'leaderboard',
  'notifications',
  'cosmetics',
] as const;
export type Lane = (typeof lanes)[number];

export const sheddableLanes: ReadonlySet<Lane> = new Set(['notifications', 'cosmetics']);

export interface ShedLog {
  /** How much of each lane was given up. */
  counts(): Readonly<Record<Lane, number>>;
  /** Whether this notification or effect was said to be given up. */
  has(id: string): boolean;
}

/** What an implementation is made of. */
export type Context = PhaseContext<Settings>;

export type CreateSystem = (context: Context, services: Services) => GameSystem;
