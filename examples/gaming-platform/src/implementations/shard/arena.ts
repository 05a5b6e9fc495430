import { evolve, type Input, newcomer, type PlayerState, type Profile } from '../../domain.ts';
import type { Outside } from '../../system.ts';

/** A player in the memory of the shard. */
export interface Entity {
  readonly profile: Profile;
  state: PlayerState;
}

/** What an action came to. */
export interface Change {
  readonly profile: Profile;
  readonly input: Input;
  readonly before: PlayerState;
  readonly after: PlayerState;
}

/** The authoritative state of the shard, in memory. */
export interface Arena {
  /** A player who is in already stays as he is. */
  enter(profile: Profile, row: PlayerState | undefined): Entity;
  leave(playerId: string): void;
  get(playerId: string): Entity | undefined;
  has(playerId: string): boolean;
  readonly size: number;
  states(): readonly PlayerState[];
  /** Applies an input and answers its player; nothing happens for somebody who is not in. */
  apply(input: Input): Change | undefined;
}

export function createArena({ gate }: Outside): Arena {
  const entities = new Map<string, Entity>();

  return {
    enter(profile, row) {
      const known = entities.get(profile.playerId);
      if (known !== undefined) return known;
      const entity = { profile, state: row ?? newcomer(profile) };
      entities.set(profile.playerId, entity);
      return entity;
    },
    leave(playerId) {
      entities.delete(playerId);
    },
    get: (playerId) => entities.get(playerId),
    has: (playerId) => entities.has(playerId),
    get size() {
      return entities.size;
    },
    states: () => Array.from(entities.values(), ({ state }) => state),
    apply(input) {
      const entity = entities.get(input.playerId);
      if (entity === undefined) return undefined;
      const before = entity.state;
      const after = evolve(before, input);
      entity.state = after;
      gate.acknowledge(input, 'applied');
      return { profile: entity.profile, input, before, after };
    },
  };
}
