import type { ContextRunner } from './context-capture.ts';

/** What an envelope is made of; what is left out is nothing, and costs nothing. */
export interface EnvelopeParts {
  readonly key: unknown;
  readonly deadline: number;
  /** Those that cancel the emit: its own, and those of the emits that it follows from. */
  readonly signals: readonly AbortSignal[];
  readonly runInContext: ContextRunner | undefined;
  /** Emits that led to this one, one following from the other. */
  readonly depth: number;
  readonly id: string | undefined;
  readonly correlationId: string | undefined;
  readonly causationId: string | undefined;
  readonly createId: () => string;
}

/** What an emit carries beyond its data. Made only for emits that carry any of it. */
export class Envelope {
  /** Ordering key: tasks of one hook with the same key run one at a time, in order. */
  readonly key: unknown;
  /** When the emit is no longer worth anything, on the clock of `performance.now()`. */
  readonly deadline: number;
  readonly signals: readonly AbortSignal[];
  readonly runInContext: ContextRunner | undefined;
  readonly depth: number;
  /** The id of the emit that this one follows from. */
  readonly causationId: string | undefined;
  readonly #createId: () => string;
  #id: string | undefined;
  readonly #correlationId: string | undefined;

  constructor(parts: EnvelopeParts) {
    this.key = parts.key;
    this.deadline = parts.deadline;
    this.signals = parts.signals;
    this.runInContext = parts.runInContext;
    this.depth = parts.depth;
    this.causationId = parts.causationId;
    this.#createId = parts.createId;
    this.#id = parts.id;
    this.#correlationId = parts.correlationId;
  }

  /** Made when it is first read: most emits are never asked. */
  get id(): string {
    this.#id ??= this.#createId();
    return this.#id;
  }

  get correlationId(): string {
    return this.#correlationId ?? this.id;
  }

  /** The id, unless nobody has given or read it so far. */
  get knownId(): string | undefined {
    return this.#id;
  }

  get knownCorrelationId(): string | undefined {
    return this.#correlationId ?? this.#id;
  }

  /** Whether its tasks have to be found again while they wait. */
  get isTracked(): boolean {
    return this.key !== undefined || this.deadline !== Infinity || this.signals.length > 0;
  }
}
