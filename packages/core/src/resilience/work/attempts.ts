import { isRefusal } from '../refusal.ts';
import { createTimeout, type Timeout } from '../timeout.ts';
import type { WorkItem } from './work-item.ts';
import type { WorkOptions } from './work-options.ts';

/** Makes attempts, within their time limit and under the policy of their item, and counts them. */
export class Attempts<Payload> {
  readonly #options: WorkOptions<Payload>;
  readonly #timeout: Timeout;
  readonly #signal: AbortSignal;
  #attempts = 0;
  #failures = 0;
  #refusals = 0;

  /** @param signal Ends all attempts. */
  constructor(options: WorkOptions<Payload>, signal: AbortSignal) {
    this.#options = options;
    this.#timeout = createTimeout({ timeoutMs: options.attemptTimeoutMs });
    this.#signal = signal;
  }

  get counts() {
    return { attempts: this.#attempts, failures: this.#failures, refusals: this.#refusals };
  }

  /** Resolves to nothing when the work is done, else to what stood in its way. */
  async make(item: WorkItem<Payload>): Promise<{ readonly error: unknown } | undefined> {
    const limited = (signal: AbortSignal): Promise<unknown> =>
      this.#timeout.execute(
        (context) =>
          this.#options.perform(item, { signal: context.signal, attempt: item.attempts + 1 }),
        signal,
      );
    try {
      const policy = this.#options.policyOf?.(item);
      if (policy === undefined) await limited(this.#signal);
      else await policy.execute(({ signal }) => limited(signal), this.#signal);
    } catch (error) {
      this.#countFailure(error);
      return { error };
    }
    this.#attempts += 1;
    return undefined;
  }

  #countFailure(error: unknown): void {
    if (isRefusal(error)) {
      this.#refusals += 1;
      return;
    }
    this.#attempts += 1;
    this.#failures += 1;
  }
}
