import type { ActiveFault } from './active-fault.ts';
import { DoneListeners } from './done-listeners.ts';
import {
  AnswerCutError,
  ConnectionResetError,
  ServiceError,
  ServiceTimeoutError,
} from './errors.ts';
import { type Latency, meanLatencyMs } from './latency.ts';
import { later } from './later.ts';
import type { Link } from './link.ts';
import type { HostContext } from './service-host.ts';
import { delayed, findTrouble, promptMs, splitNow, stopBy } from './trouble.ts';

/** The way to a store: what is called, and what its driver does when no answer comes. */
export interface StoreWay {
  /** Kebab-case; the name by which faults know it. Unique among services, stores and channels. */
  readonly name: string;
  readonly operations: readonly string[];
  /** What a call takes when nothing is wrong: by it a fault makes it slower. */
  readonly latency: Latency;
  /** The driver gives a connection up that has not answered by then, in ms. */
  readonly timeoutMs: number;
}

/**
 * One process's way to a store. The store does what it does by itself, with its own latency, its locks and its
 * transactions; on the way to it a call meets what a call of a service meets.
 */
export interface Way {
  /** Whether no fault strikes it in this run: then calls go as if there were no way. */
  readonly isClear: boolean;
  /**
   * Carries a call to the store and its answer back.
   *
   * @param perform what the store does, when the call arrives
   * @param dropped called when it will never arrive
   * @throws ServiceError when it was refused, and was not performed; ServiceTimeoutError, ConnectionResetError
   *   and AnswerCutError when nobody knows
   */
  carry<T>(operation: string, perform: () => Promise<T>, dropped?: () => void): Promise<T>;
}

/** A way on which nothing goes wrong. */
export const clearWay: Way = Object.freeze({
  isClear: true,
  carry: <T>(_: string, perform: () => Promise<T>) => perform(),
});

/** One operation of a store: how often it was performed, and who waits for that. */
class StoreOperation {
  performed = 0;
  readonly #done = new DoneListeners();

  onceDone(listener: () => void): () => void {
    return this.#done.once(listener);
  }

  note(): void {
    this.performed += 1;
    this.#done.tell();
  }
}

/** The network between a store and all processes. */
export class WayHost {
  readonly store: StoreWay;
  readonly operations: ReadonlyMap<string, StoreOperation>;
  readonly #faults: readonly ActiveFault[];
  readonly #partitions: readonly ActiveFault[];
  readonly #nowMs: () => number;
  readonly #usualMs: number;

  constructor(store: StoreWay, faults: readonly ActiveFault[], { nowMs }: HostContext) {
    this.store = store;
    this.operations = new Map(store.operations.map((name) => [name, new StoreOperation()]));
    this.#faults = faults;
    this.#partitions = faults.filter(({ fault }) => fault.kind === 'partition');
    this.#nowMs = nowMs;
    this.#usualMs = meanLatencyMs(store.latency);
  }

  /** @param link of the process; default: of none */
  open(link?: Link): Way {
    const isClear = this.#faults.length === 0;
    return Object.freeze<Way>({
      isClear,
      carry: (operation, perform, dropped) => {
        const counted = this.#counted(operation, perform);
        return isClear ? counted() : this.#carry(operation, counted, dropped, link);
      },
    });
  }

  /** Counts it when it is performed: whoever waits for that hears of it before the answer is on its way. */
  #counted<T>(name: string, perform: () => Promise<T>): () => Promise<T> {
    const operation = this.operations.get(name);
    if (operation === undefined) {
      throw new RangeError(`The store "${this.store.name}" has no operation "${name}".`);
    }
    return () => {
      const answer = perform();
      answer.then(
        () => operation.note(),
        () => undefined,
      );
      return answer;
    };
  }

  #carry<T>(
    operation: string,
    perform: () => Promise<T>,
    dropped: () => void = () => undefined,
    link?: Link,
  ): Promise<T> {
    const { name, timeoutMs } = this.store;
    return new Promise<T>((resolve, reject) => {
      const limit = setTimeout(
        () => fail(new ServiceTimeoutError(name, operation, timeoutMs)),
        timeoutMs,
      );
      const fail = (error: unknown): void => {
        clearTimeout(limit);
        reject(error);
      };
      const answer = (value: T): void => {
        clearTimeout(limit);
        resolve(value);
      };
      const trouble = findTrouble(this.#faults, operation, undefined, this.#nowMs(), link?.process);
      const obstacle = trouble?.obstacle;
      const stop = obstacle && stopBy(obstacle);
      if (obstacle !== undefined && stop !== undefined) {
        obstacle.fired += 1;
        dropped();
        const afterMs = stop.kind === 'held' ? stop.untilMs - this.#nowMs() : promptMs;
        const error =
          stop.kind === 'refused'
            ? new ServiceError(name, operation, stop.status, 'the store is failing')
            : this.#reset(operation);
        later(() => fail(error), afterMs);
        return;
      }
      const arrive = (value: T): void => {
        const split = splitNow(this.#partitions, this.#nowMs(), link?.process);
        if (split !== undefined) {
          split.fired += 1;
          later(() => fail(this.#reset(operation)), split.fault.toMs - this.#nowMs());
        } else if (obstacle === undefined) {
          answer(value);
        } else {
          obstacle.fired += 1;
          if (obstacle.fault.kind === 'reset') fail(this.#reset(operation));
          if (obstacle.fault.kind === 'cut') fail(new AnswerCutError(name, operation));
        }
      };
      const start = (): void => {
        perform().then(arrive, fail);
      };
      const delayMs = trouble === undefined ? 0 : delayed(this.#usualMs, trouble) - this.#usualMs;
      if (delayMs > 0) later(start, delayMs);
      else start();
    });
  }

  #reset(operation: string): ConnectionResetError {
    return new ConnectionResetError(this.store.name, operation);
  }
}
