import type { Delivery } from './delivery.ts';
import type { FlowEvent } from './flow-event.ts';
import type { Attempt } from './perform.ts';
import type { LogLevel, StepContext } from './step-context.ts';
import { BufferedTables } from './tables.ts';

/** What the contexts of one step have in common. */
export interface ContextParts {
  readonly step: string;
  readonly outside: object;
  readonly now: () => number;
  readonly log: (
    delivery: Delivery,
    level: LogLevel,
    text: string,
    fields: Readonly<Record<string, unknown>> | undefined,
  ) => void;
}

/** What one attempt is handed. Most steps look at two of its fields: the others are made when read. */
// oxlint-disable-next-line typescript/no-explicit-any -- existential: each step fixes its own event
export class AttemptContext implements StepContext<any> {
  readonly doneKey: string | undefined;
  readonly #parts: ContextParts;
  readonly #delivery: Delivery;
  readonly #attempt: Attempt;
  #tables: BufferedTables | undefined;

  constructor(
    parts: ContextParts,
    delivery: Delivery,
    doneKey: string | undefined,
    attempt: Attempt,
  ) {
    this.doneKey = doneKey;
    this.#parts = parts;
    this.#delivery = delivery;
    this.#attempt = attempt;
  }

  get event(): FlowEvent {
    return this.#delivery.event;
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- as the flow says
  get outside(): any {
    return this.#parts.outside;
  }

  get now(): () => number {
    return this.#parts.now;
  }

  get attempt(): number {
    return this.#delivery.attempts + 1;
  }

  get idempotencyKey(): string {
    return `${this.#parts.step}/${this.doneKey ?? this.event.id}`;
  }

  get signal(): AbortSignal {
    return this.#attempt.signal(this.#delivery);
  }

  get tables(): BufferedTables {
    return (this.#tables ??= new BufferedTables(this.#attempt.readEntry));
  }

  get log(): (level: LogLevel, text: string, fields?: Readonly<Record<string, unknown>>) => void {
    return (level, text, fields) => this.#parts.log(this.#delivery, level, text, fields);
  }

  /** What was written to the tables; `undefined` when nothing was. */
  changes(): ReturnType<BufferedTables['changes']> {
    return this.#tables?.changes();
  }
}
