import { type CallOptions, validateTimeout } from './client.ts';
import {
  CallCancelledError,
  CallError,
  ConnectionResetError,
  ServiceError,
  ServiceOverloadedError,
  ServiceTimeoutError,
} from './errors.ts';
import { Exchange } from './exchange.ts';
import type { HostedOperation } from './hosted-operation.ts';
import type { ServiceHost } from './service-host.ts';
import type { Ending } from './service-stats.ts';
import type { Transport } from './transport.ts';
import { wireInput } from './wire-input.ts';

/** Reaches services by calling them: no request, no response, a few microseconds a call. */
export const inProcess: Transport = {
  serve: () => undefined,
  call: (host, operation, input, options) =>
    new Promise((resolve, reject) => {
      const { signal } = options;
      if (options.timeoutMs !== undefined) validateTimeout(options.timeoutMs);
      if (signal?.aborted === true) {
        reject(new CallCancelledError(operation.service, operation.name, signal.reason));
        return;
      }
      const wire = wireInput(operation, input);
      host.calls.begin();
      const call = new InProcessCall(host, operation, wire, options, resolve, reject);
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
  readonly #resolve: (output: unknown) => void;
  readonly #reject: (error: unknown) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isWaiting = true;

  constructor(
    host: ServiceHost,
    operation: HostedOperation,
    input: unknown,
    options: CallOptions,
    resolve: (output: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    super(operation, options.key);
    this.#host = host;
    this.#input = input;
    this.#timeoutMs = options.timeoutMs ?? Infinity;
    this.#signal = options.signal;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  expectAnswerIn(latencyMs: number): void {
    if (latencyMs < this.#timeoutMs || this.#timeoutMs === Infinity) return;
    this.#timer = setTimeout(giveUp, this.#timeoutMs, this);
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
    this.#resolve(output);
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
    this.#reject(error);
  }

  #end(ending: Ending): void {
    this.#isWaiting = false;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this);
    this.#host.calls.leave();
    this.#host.calls.count(ending);
  }
}

function giveUp(call: InProcessCall): void {
  call.timeOut();
}
