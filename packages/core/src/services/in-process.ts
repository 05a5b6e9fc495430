import { type LongTimer, setLongTimer } from '../resilience/index.ts';
import { type CallOptions, limitOf } from './client.ts';
import { copyData } from './copy-data.ts';
import {
  AnswerCutError,
  CallCancelledError,
  CallError,
  ConnectionResetError,
  ServiceError,
  ServiceOverloadedError,
  ServiceTimeoutError,
} from './errors.ts';
import { Exchange } from './exchange.ts';
import type { HostedOperation } from './hosted-operation.ts';
import type { Link } from './link.ts';
import type { ServiceHost } from './service-host.ts';
import type { Ending } from './service-stats.ts';
import type { Transport } from './transport.ts';
import { wireInput } from './wire-input.ts';

/** Reaches services by calling them: no request, no response, a few microseconds a call. */
export const inProcess: Transport = {
  serve: () => undefined,
  call: (host, operation, input, options, link) =>
    new Promise((resolve, reject) => {
      const { signal } = options;
      const limitMs = limitOf(options);
      if (signal?.aborted === true) {
        reject(new CallCancelledError(operation.service, operation.name, signal.reason));
        return;
      }
      const wire = wireInput(operation, copyData(input));
      host.calls.begin();
      const call = new InProcessCall(
        host,
        operation,
        wire,
        limitMs,
        options,
        link,
        resolve,
        reject,
      );
      signal?.addEventListener('abort', call, { once: true });
      host.receive(call);
    }),
  dispose: () => undefined,
};

class InProcessCall extends Exchange {
  readonly #host: ServiceHost;
  readonly #input: unknown;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal | undefined;
  readonly #link: Link | undefined;
  readonly #resolve: (output: unknown) => void;
  readonly #reject: (error: unknown) => void;
  #timer: LongTimer | undefined;
  #isWaiting = true;

  constructor(
    host: ServiceHost,
    operation: HostedOperation,
    input: unknown,
    limitMs: number,
    options: CallOptions,
    link: Link | undefined,
    resolve: (output: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    super(operation, options.key, link?.process);
    this.#host = host;
    this.#input = input;
    this.#timeoutMs = limitMs;
    this.#signal = options.signal;
    this.#link = link;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  expectAnswerIn(latencyMs: number): void {
    if (latencyMs < this.#timeoutMs || this.#timeoutMs === Infinity) return;
    this.#timer = setLongTimer(() => giveUp(this), this.#timeoutMs);
  }

  askWait(then: (waitMs: number) => void): void {
    then(this.operation.waitMs(this.#input, this.key, this.#host.nowMs()));
  }

  perform(answers: boolean): void {
    const delivers = answers && this.#isWaiting;
    let output: unknown;
    try {
      output = this.operation.perform(this.#input, this.key, this.#host.nowMs());
    } catch (error) {
      if (delivers) this.#fail('failed', error);
      else if (!(error instanceof CallError)) throw error;
      return;
    }
    if (!delivers) return;
    this.#end('succeeded');
    if (this.#link?.isCut !== true) this.#resolve(copyData(output));
  }

  performNow(): () => void {
    let output: unknown;
    let failure: CallError | undefined;
    try {
      output = copyData(this.operation.perform(this.#input, this.key, this.#host.nowMs()));
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      failure = error;
    }
    return () => {
      if (!this.#isWaiting) return;
      if (failure !== undefined) {
        this.#fail('failed', failure);
        return;
      }
      this.#end('succeeded');
      if (this.#link?.isCut !== true) this.#resolve(output);
    };
  }

  cutOff(): void {
    if (!this.#isWaiting) return;
    this.#fail('reset', new AnswerCutError(this.operation.service, this.operation.name));
  }

  refuse(status: number, reason: 'fault' | 'overload'): void {
    if (!this.#isWaiting) return;
    const { service, name } = this.operation;
    this.#fail(
      'failed',
      reason === 'overload'
        ? new ServiceOverloadedError(service, name)
        : new ServiceError(service, name, status, 'the service is failing'),
    );
  }

  reset(): void {
    if (!this.#isWaiting) return;
    this.#fail('reset', new ConnectionResetError(this.operation.service, this.operation.name));
  }

  timeOut(): void {
    const { service, name } = this.operation;
    this.#fail('timedOut', new ServiceTimeoutError(service, name, this.#timeoutMs));
  }

  /** The signal was aborted. */
  handleEvent(): void {
    const { service, name } = this.operation;
    this.#fail('cancelled', new CallCancelledError(service, name, this.#signal?.reason));
  }

  #fail(ending: Ending, error: unknown): void {
    this.#end(ending);
    if (this.#link?.isCut !== true) this.#reject(error);
  }

  #end(ending: Ending): void {
    this.#isWaiting = false;
    this.#timer?.clear();
    this.#signal?.removeEventListener('abort', this);
    this.#host.calls.leave();
    this.#host.calls.count(ending);
  }
}

function giveUp(call: InProcessCall): void {
  call.timeOut();
}
