import type { ClosableSystem, SystemContext } from '@firedrill/core/scenario';
import type { Profile } from './domain.ts';
import type { Knock, Waiting } from './domain/login-queue.ts';
import type { Game } from './types.ts';

/** The one interface of all implementations. What players do reaches them through the gate. */
export interface GameSystem extends ClosableSystem {
  /**
   * Lets a player in, and resolves with the end of the first tick that he is part of; or says how long he has to
   * wait, if he knocks.
   */
  join(profile: Profile, knock?: Knock): Promise<Waiting | void>;
}

/** What an implementation is made of. */
export type Context = SystemContext<Game>;

/** What a shard can reach. */
export type Outside = Context['outside'];

export type CreateSystem = (context: Context) => GameSystem;
