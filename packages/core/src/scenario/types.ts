import type { Measures } from './measures/index.ts';
import type { Declarations } from './outside/declarations.ts';

/** What every system can do, whatever its own interface: it can be closed. */
export interface ClosableSystem {
  /** Takes nothing new, and resolves when everything that was taken is done or given up. */
  close(): Promise<void>;
}

/**
 * The types that one example fixes, in one place:
 *
 *     interface Payments extends ExampleTypes {
 *       readonly settings: Settings;
 *       readonly outside: ReturnType<typeof createServices>['outside'];
 *       readonly truth: Truth;
 *       readonly system: PaymentSystem;
 *       readonly measures: typeof measures;
 *       readonly reports: typeof reports;
 *     }
 */
export interface ExampleTypes {
  /** What `--set` may change. */
  readonly settings: object;
  /** Declared services, stores, channels and pools, by name; see {@link Declarations}. */
  readonly outside: Declarations;
  /** What the world outside knows, and no implementation can reach. */
  readonly truth: object;
  /** The one interface of all implementations. */
  readonly system: ClosableSystem;
  /** What the world outside measures. */
  readonly measures: Measures;
  /** What a system says of itself: shown and marked as its own word; no rule can rest on it. */
  readonly reports: Measures;
}
