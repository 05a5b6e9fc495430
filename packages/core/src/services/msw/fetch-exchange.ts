import {
  AnswerCutError,
  ConnectionResetError,
  ServiceError,
  ServiceOverloadedError,
} from '../errors.ts';
import { Exchange } from '../exchange.ts';
import type { Ending } from '../service-stats.ts';
import type { Hold } from '../transport.ts';
import { getResponse } from './library.ts';
import { problemResponse } from './problem.ts';
import { keyOf, processOf, type Route } from './route.ts';

/** How a `fetch` is settled. */
export interface Settlement {
  readonly resolve: (response: Response) => void;
  readonly reject: (error: unknown) => void;
}

/** What the exchanges of one network share. */
export interface ExchangeContext {
  readonly hold: Hold;
  /**
   * Runs work after all work given to it before: what happens at one instant of virtual time
   * happens in the order of its timers, however many turns the body of a request takes to read.
   */
  readonly inOrder: (work: () => Promise<void>) => Promise<void>;
}

/** One `fetch`. The host decides what happens and when; msw makes the answer. */
export class FetchExchange extends Exchange {
  readonly #route: Route;
  readonly #request: Request;
  readonly #signal: AbortSignal | undefined;
  readonly #settlement: Settlement;
  readonly #context: ExchangeContext;
  #isWaiting = true;

  constructor(
    route: Route,
    request: Request,
    signal: AbortSignal | undefined,
    settlement: Settlement,
    context: ExchangeContext,
  ) {
    super(route.operation, keyOf(request), processOf(request));
    this.#route = route;
    this.#request = request;
    this.#signal = signal;
    this.#settlement = settlement;
    this.#context = context;
    signal?.addEventListener('abort', this, { once: true });
  }

  expectAnswerIn(): void {
    // A fetch has no limit of its own: its caller aborts it.
  }

  askWait(then: (waitMs: number) => void): void {
    this.#inOrder(async () => then(await this.#route.waitMs(this.#request.clone())));
  }

  perform(answers: boolean): void {
    // The answer counts from now on, although it takes some turns of the real event loop to make.
    const delivers = answers && this.#stopWaiting();
    this.#inOrder(() => this.#respond(delivers));
  }

  performNow(): () => void {
    let response: Response | undefined;
    this.#inOrder(async () => {
      response = await getResponse([this.#route.handler], this.#request.clone());
    });
    return () => {
      if (!this.#stopWaiting()) return;
      this.#inOrder(async () => {
        if (response !== undefined) this.#answer(response);
      });
    };
  }

  cutOff(): void {
    const cause = new AnswerCutError(this.operation.service, this.operation.name);
    this.#break('reset', new TypeError('terminated', { cause }));
  }

  refuse(status: number, reason: 'fault' | 'overload'): void {
    if (!this.#stopWaiting()) return;
    const { service, name } = this.operation;
    const error =
      reason === 'overload'
        ? new ServiceOverloadedError(service, name)
        : new ServiceError(service, name, status, 'the service is failing');
    this.#inOrder(async () => this.#answer(problemResponse(error)));
  }

  reset(): void {
    const cause = new ConnectionResetError(this.operation.service, this.operation.name);
    this.#break('reset', new TypeError('fetch failed', { cause }));
  }

  /** The signal was aborted. */
  handleEvent(): void {
    const reason: unknown = this.#signal?.reason;
    this.#break(isTimeout(reason) ? 'timedOut' : 'cancelled', reason);
  }

  async #respond(delivers: boolean): Promise<void> {
    let response: Response | undefined;
    try {
      response = await getResponse([this.#route.handler], this.#request.clone());
    } catch (error) {
      // A defect of the mock service. With nobody to tell, it is an unhandled rejection.
      if (!delivers) throw error;
      this.#route.host.calls.count('failed');
      this.#settlement.reject(error);
      return;
    }
    if (delivers && response !== undefined) this.#answer(response);
  }

  #answer(response: Response): void {
    this.#route.host.calls.count(response.ok ? 'succeeded' : 'failed');
    this.#settlement.resolve(response);
  }

  #break(ending: Ending, error: unknown): void {
    if (!this.#stopWaiting()) return;
    this.#route.host.calls.count(ending);
    this.#inOrder(async () => this.#settlement.reject(error));
  }

  /** Whether the caller waited until now. */
  #stopWaiting(): boolean {
    if (!this.#isWaiting) return false;
    this.#isWaiting = false;
    this.#signal?.removeEventListener('abort', this);
    this.#route.host.calls.leave();
    return true;
  }

  #inOrder(work: () => Promise<void>): void {
    const { hold, inOrder } = this.#context;
    void hold(() => inOrder(work));
  }
}

/** Whether a signal was aborted by a time limit: `AbortSignal.timeout`, or the client's own. */
function isTimeout(reason: unknown): boolean {
  if (typeof reason !== 'object' || reason === null) return false;
  return (
    ('name' in reason && reason.name === 'TimeoutError') ||
    ('code' in reason && reason.code === 'SERVICE_TIMEOUT')
  );
}
