import { errorText } from '../error-text.ts';
import { LeaseLostError } from '../errors.ts';
import type { Outbox, OutboxLease, OutboxMessage } from './outbox.ts';
import { PublishTimeoutError } from './errors.ts';

/** What one pass did. */
export interface RelayPass {
  /** Messages that were published and marked. */
  readonly published: number;
  readonly failed: number;
  /** Of the failed, those that became dead letters. */
  readonly dead: number;
  /** Messages that were published, or failed, in a lane that another relay took over: they go out again. */
  readonly lost: number;
}

export interface RelaySettings<Tx> {
  readonly outbox: Outbox<Tx>;
  readonly publish: (
    message: OutboxMessage,
    context: { readonly signal: AbortSignal },
  ) => Promise<void>;
  readonly owner: string;
  readonly batchSize: number;
  readonly leaseMs: number;
  readonly publishTimeoutMs: number;
  readonly maxAttempts: number;
  readonly retryDelayMs: ((attempts: number) => number) | undefined;
}

/** A lane in a pass. `lost` is aborted when another relay has taken it over. */
interface HeldLane {
  readonly lease: OutboxLease;
  readonly lost: AbortController;
}

/** One pass over all lanes that are free: takes them, publishes what waits, and gives them back. */
export class RelayPassRun<Tx> {
  readonly #settings: RelaySettings<Tx>;
  readonly #closing: AbortSignal;
  #lanes: readonly HeldLane[] = [];
  #badDelay: RangeError | undefined;

  constructor(settings: RelaySettings<Tx>, closing: AbortSignal) {
    this.#settings = settings;
    this.#closing = closing;
  }

  async run(): Promise<RelayPass> {
    const { outbox, owner, leaseMs } = this.#settings;
    if (this.#closing.aborted) return { published: 0, failed: 0, dead: 0, lost: 0 };
    const leases = await outbox.acquire({ owner, leaseMs, limit: outbox.laneCount });
    this.#lanes = leases.map((lease) => ({ lease, lost: new AbortController() }));
    const renewals = this.#keepLeases();
    try {
      // All of them, also when one fails: none may be at work when the lanes are given back.
      const outcomes = await Promise.allSettled(this.#lanes.map((lane) => this.#runLane(lane)));
      const failure = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failure !== undefined) throw failure.reason;
      if (this.#badDelay !== undefined) throw this.#badDelay;
      const passes = outcomes.flatMap((outcome) =>
        outcome.status === 'fulfilled' ? outcome.value : [],
      );
      const sum = (field: keyof RelayPass): number =>
        passes.reduce((total, pass) => total + pass[field], 0);
      return {
        published: sum('published'),
        failed: sum('failed'),
        dead: sum('dead'),
        lost: sum('lost'),
      };
    } finally {
      await renewals.end();
      await outbox.release(leases).catch(() => undefined);
    }
  }

  async #runLane({ lease, lost }: HeldLane): Promise<RelayPass> {
    const { outbox, batchSize } = this.#settings;
    const published: string[] = [];
    const failures: { readonly message: OutboxMessage; readonly error: unknown }[] = [];
    const blocked = new Set<string>();
    for (const message of await outbox.pending(lease.lane, batchSize)) {
      if (lost.signal.aborted || this.#closing.aborted) break;
      if (blocked.has(message.key)) continue;
      try {
        await this.#publish(message, lost.signal);
        published.push(message.messageId);
      } catch (error) {
        // What comes later with this key must not overtake it.
        blocked.add(message.key);
        failures.push({ message, error });
      }
    }
    let noted = 0;
    let dead = 0;
    try {
      if (published.length > 0) await outbox.markPublished(lease, published);
      noted += published.length;
      for (const { message, error } of failures) {
        dead += await this.#noteFailure(lease, message, error);
        noted += 1;
      }
    } catch (error) {
      // Its new owner publishes what was not marked.
      if (!(error instanceof LeaseLostError)) throw error;
    }
    const marked = Math.min(noted, published.length);
    return {
      published: marked,
      failed: noted - marked,
      dead,
      lost: published.length + failures.length - noted,
    };
  }

  async #publish(message: OutboxMessage, lost: AbortSignal): Promise<void> {
    const { publish, publishTimeoutMs } = this.#settings;
    const controller = new AbortController();
    const { promise: over, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const error = new PublishTimeoutError(message.messageId, publishTimeoutMs);
      reject(error);
      controller.abort(error);
    }, publishTimeoutMs);
    const onLost = (): void => controller.abort(lost.reason);
    lost.addEventListener('abort', onLost, { once: true });
    try {
      const call = async (): Promise<void> => publish(message, { signal: controller.signal });
      await Promise.race([over, call()]);
    } finally {
      clearTimeout(timer);
      lost.removeEventListener('abort', onLost);
    }
  }

  /** 1 when the message became a dead letter. */
  async #noteFailure(lease: OutboxLease, message: OutboxMessage, error: unknown): Promise<number> {
    const { outbox, maxAttempts } = this.#settings;
    const attempts = message.attempts + 1;
    const isDead = attempts >= maxAttempts;
    await outbox.markFailed(lease, message.messageId, {
      error: errorText(error),
      ...(isDead ? {} : { retryAfterMs: this.#delayMs(attempts) }),
    });
    return isDead ? 1 : 0;
  }

  #delayMs(attempts: number): number {
    const usual = Math.min(60_000, 100 * 2 ** attempts);
    const { retryDelayMs } = this.#settings;
    if (retryDelayMs === undefined) return usual;
    try {
      const delayMs = retryDelayMs(attempts);
      if (Number.isFinite(delayMs) && delayMs >= 0) return delayMs;
      throw new RangeError(
        `retryDelayMs must give a number of milliseconds of at least 0, got ${String(delayMs)} after ` +
          `${attempts} attempts. The default of ${usual} was taken; correct the function.`,
      );
    } catch (error) {
      this.#badDelay ??=
        error instanceof RangeError
          ? error
          : new RangeError(
              `retryDelayMs must not throw, and threw after ${attempts} attempts: ${errorText(error)}. ` +
                `The default of ${usual} was taken; correct the function.`,
              { cause: error },
            );
      return usual;
    }
  }

  /** Renews the leases three times in each, so that a slow receiver costs no lane. */
  #keepLeases(): { end(): Promise<void> } {
    const { outbox, leaseMs } = this.#settings;
    let timer: NodeJS.Timeout | undefined;
    let renewing: Promise<void> | undefined;
    let hasEnded = false;
    const renew = async (): Promise<void> => {
      const held = this.#lanes.filter(({ lost }) => !lost.signal.aborted);
      if (held.length === 0) return;
      try {
        const leases = held.map(({ lease }) => lease);
        const kept = new Set((await outbox.renew(leases, leaseMs)).map(({ lane }) => lane));
        for (const { lease, lost } of held) {
          if (!kept.has(lease.lane))
            lost.abort(new LeaseLostError(`lane ${lease.lane}`, lease.epoch));
        }
      } catch {
        // The next renewal may come through; if none does, marking what was published says so.
      }
    };
    const plan = (): void => {
      if (hasEnded) return;
      timer = setTimeout(
        () => {
          renewing = renew().then(plan);
        },
        Math.ceil(leaseMs / 3),
      );
    };
    plan();
    return {
      async end() {
        hasEnded = true;
        clearTimeout(timer);
        await renewing;
      },
    };
  }
}
