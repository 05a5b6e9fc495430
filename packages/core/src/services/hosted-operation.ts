import type { Random } from '../simulation/index.ts';
import { DoneListeners } from './done-listeners.ts';
import { inputIssues, InvalidRequestError, ServiceError, ServiceFailure } from './errors.ts';
import { latencySampler } from './latency.ts';
import { pathParameterNames } from './path-template.ts';
import type { AnyOperation, Service } from './service.ts';

/** One operation of a running service: what both transports perform. */
export class HostedOperation {
  readonly service: string;
  readonly name: string;
  readonly definition: AnyOperation;
  readonly parameters: readonly string[];
  /** How often it was performed. */
  performed = 0;
  readonly #drawLatency: () => number;
  readonly #done = new DoneListeners();

  constructor(service: Service, name: string, definition: AnyOperation, random: Random) {
    this.service = service.name;
    this.name = name;
    this.definition = definition;
    this.parameters = pathParameterNames(definition.path);
    const owner = definition.latency
      ? `${service.name}.${name}.latency`
      : `${service.name}.latency`;
    const sample = latencySampler(definition.latency ?? service.latency, owner);
    const own = random.fork(`latency of ${service.name}.${name}`);
    this.#drawLatency = () => sample(own);
  }

  /** Draws the latency of one request. */
  drawLatency(): number {
    return this.#drawLatency();
  }

  /** Calls the listener once, when the operation has been performed next, before its answer leaves. */
  onceDone(listener: () => void): () => void {
    return this.#done.once(listener);
  }

  /** Whether requests may have to wait; see {@link waitMs}. */
  get mayWait(): boolean {
    return this.definition.waitMs !== undefined;
  }

  /**
   * How long a request waits before it is performed, in ms. One that is not valid is refused at once.
   *
   * @throws RangeError when the mock service does not say it in 0 or more milliseconds.
   */
  waitMs(input: unknown, key: string | undefined, nowMs: number): number {
    const { input: schema, waitMs } = this.definition;
    if (waitMs === undefined) return 0;
    const result = schema?.safeParse(input);
    if (result?.success === false) return 0;
    const ms: unknown = waitMs(result === undefined ? input : result.data, { nowMs, key });
    if (typeof ms === 'number' && ms >= 0) return ms;
    throw new RangeError(
      `Invalid wait ${String(ms)} of ${this.service}.${this.name}: use 0 or a positive number of milliseconds.`,
    );
  }

  /**
   * Validates the input and performs the operation, now.
   *
   * @throws InvalidRequestError, or the ServiceError of a refusal. Anything else that it throws is a
   *   defect of the mock service.
   */
  perform(input: unknown, key: string | undefined, nowMs: number): unknown {
    this.performed += 1;
    const { input: schema } = this.definition;
    let parsed = input;
    if (schema !== undefined) {
      const result = schema.safeParse(input);
      if (!result.success) {
        throw new InvalidRequestError(this.service, this.name, inputIssues(result.error));
      }
      parsed = result.data;
    }
    const output = this.#handle(parsed, key, nowMs);
    if (output instanceof Promise) {
      throw new TypeError(
        `Failed to perform ${this.service}.${this.name}: handle returned a promise. ` +
          'Make it synchronous, and let the latency stand for its duration.',
      );
    }
    this.#done.tell();
    return output;
  }

  #handle(input: unknown, key: string | undefined, nowMs: number): unknown {
    try {
      return this.definition.handle(input, { nowMs, key });
    } catch (error) {
      if (!(error instanceof ServiceFailure)) throw error;
      throw new ServiceError(this.service, this.name, error.status, error.message, error.body);
    }
  }
}
