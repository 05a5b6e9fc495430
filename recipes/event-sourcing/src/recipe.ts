import type { EventStore } from '@firedrill/core/event-store';
import type { ProjectionOptions } from '@firedrill/core/event-store';
import type { SqlTransaction } from '@firedrill/core/event-store/postgres';
import type { Flags, FlagValues } from './command/flag.ts';
import type { Output } from './output.ts';
import type { ShopEvent } from './shop/events.ts';

/** The event store that all recipes work on, whatever database is underneath. */
export type ShopStore = EventStore<SqlTransaction, ShopEvent>;

/** What a projection of the shop is made of. */
export type ShopProjection = ProjectionOptions<SqlTransaction, ShopEvent>;

/** What a recipe gets to work with. */
export interface RecipeContext<Options> {
  /** Name of the recipe. */
  readonly name: string;
  readonly options: Options;
  readonly out: Output;
  /** Aborted by Ctrl-C and SIGTERM: stop what runs, say where you stopped, return. */
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  /** Runs `cleanUp` when the recipe has ended, however it ended; the last one given runs first. */
  readonly onEnd: (cleanUp: () => Promise<void>) => void;
}

/** One small program. */
export interface Recipe<Of extends Flags = Flags> {
  readonly name: string;
  readonly level: 'beginner' | 'intermediate' | 'advanced';
  /** What it teaches, in one line for the list. */
  readonly teaches: string;
  /** The same in full, said before it runs. */
  readonly lesson: readonly string[];
  readonly flags: Of;
  /** What to try next, as flags of a recipe: `['worker-pool --workers=2']`. */
  readonly next: readonly string[];
  run(context: RecipeContext<FlagValues<Of>>): Promise<void>;
}

/** Declares a recipe, with its options typed by its flags. */
export function defineRecipe<const Of extends Flags>(recipe: Recipe<Of>): Recipe<Of> {
  return recipe;
}
