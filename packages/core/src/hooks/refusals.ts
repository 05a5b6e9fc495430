import type { DeadLetter } from './dead-letter.ts';
import { WatchedRefusal } from './emit-result.ts';
import type { Envelope } from './envelope.ts';
import { EmitRefusedError, unheardExplanations, type UnheardReason } from './errors.ts';
import type { FanoutPart } from './fanout.ts';
import type { Pump } from './pump.ts';
import type { Reporter } from './reporter.ts';
import { nextTurn } from './turn.ts';

interface Undecided {
  readonly result: WatchedRefusal;
  readonly reason: UnheardReason;
  readonly parts: readonly FanoutPart[];
  readonly data: unknown;
  readonly envelope: Envelope | undefined;
}

/**
 * Refusals that nobody looks at. A handler that emits while the hooks drain or close rarely asks
 * what became of it, and nobody can tell a handler that has awaited something from any other code;
 * whoever does ask is left to deal with the answer. One turn of the event loop decides.
 */
export class Refusals {
  /** Dead letters that refusals have become so far. */
  count = 0;
  /** Those letters, while somebody collects them. */
  collected: DeadLetter[] | undefined;
  #undecided: Undecided[] = [];
  readonly #reporter: Reporter;
  readonly #pump: Pump;

  constructor(reporter: Reporter, pump: Pump) {
    this.#reporter = reporter;
    this.#pump = pump;
  }

  /** Whether there are refusals that somebody may still look at, and nobody has so far. */
  get isUndecided(): boolean {
    return this.#undecided.some(({ result }) => !result.wasSeen);
  }

  /** A refusal that becomes a dead letter for each hook unless somebody looks at it. */
  watch(
    reason: UnheardReason,
    parts: readonly FanoutPart[],
    data: unknown,
    envelope: Envelope | undefined,
  ): WatchedRefusal {
    const result = new WatchedRefusal(reason);
    if (this.#undecided.length === 0) nextTurn(() => this.#decide());
    this.#undecided.push({ result, reason, parts, data, envelope });
    return result;
  }

  #decide(): void {
    const undecided = this.#undecided;
    this.#undecided = [];
    for (const { result, reason, parts, data, envelope } of undecided) {
      if (result.wasSeen) continue;
      const error = new EmitRefusedError(reason, unheardExplanations[reason]);
      for (const { lane, hooks } of parts) {
        for (const hook of hooks) {
          const subject = { hook, lane, data, envelope };
          const letter = this.#reporter.loss(subject, 'refused', false, error);
          this.count++;
          this.collected?.push(letter);
        }
      }
    }
    this.#pump.wake();
  }
}
