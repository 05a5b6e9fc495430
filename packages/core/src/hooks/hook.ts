import type { KeyLine } from './key-line.ts';
import type { Lane } from './lane.ts';
import type { TaskContext } from './handler-context.ts';

/** One registered handler, as the pool sees it. Immutable but for `active` and its lines. */
export interface Hook {
  readonly event: string;
  readonly name: string;
  readonly invoke: (data: unknown, context?: TaskContext) => unknown;
  /** Whether `invoke` is to be given a context: see the rule in `handler-context.ts`. */
  readonly takesContext: boolean;
  /** Unregisters the hook when it aborts. */
  readonly signal: AbortSignal | undefined;
  /** The earlier of the hook's and the global limit; Infinity for none. */
  readonly limitMs: number;
  readonly lane: Lane;
  /** False when a task needs more than a call with the data: a context, or not to be called. */
  isPlain: boolean;
  /** False once unregistered: its handler is never called again. */
  active: boolean;
  /** Who owns each key in use, and who waits for it. */
  lines: Map<unknown, KeyLine> | undefined;
}
