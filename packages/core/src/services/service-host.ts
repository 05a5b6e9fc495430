import { WaitingLine } from '../resilience/index.ts';
import type { Random } from '../simulation/index.ts';
import type { ActiveFault } from './active-fault.ts';
import type { Exchange } from './exchange.ts';
import { HostedOperation } from './hosted-operation.ts';
import { later } from './later.ts';
import type { Service } from './service.ts';
import { CallCounter, type ServiceStats } from './service-stats.ts';
import { copyDelays, delayed, findTrouble, promptMs, splitNow, stopBy } from './trouble.ts';

/** What hosts share: the clock of the network, its randomness. */
export interface HostContext {
  /** Milliseconds since the network was created. */
  readonly nowMs: () => number;
  readonly random: Random;
}

/**
 * A running service: applies latency, limits and faults to the requests of either transport.
 *
 * A request takes one timer. It is sent, meets the faults on its way (a hang, an error and a reset
 * without effect never reach the service, and take none of its capacity), waits for one of the
 * service's slots if these are limited, and is performed when its latency is over, at which moment
 * the answer is there, too. Where an operation makes requests wait, that takes a second timer.
 */
export class ServiceHost {
  readonly service: Service;
  readonly operations: ReadonlyMap<string, HostedOperation>;
  readonly calls = new CallCounter();
  readonly #context: HostContext;
  readonly #faults: readonly ActiveFault[];
  readonly #partitions: readonly ActiveFault[];
  readonly #concurrency: number;
  readonly #maxQueue: number;
  readonly #queue: WaitingLine<Exchange>;
  #busy = 0;

  constructor(service: Service, faults: readonly ActiveFault[], context: HostContext) {
    const { concurrency = Infinity, queue = 0, queueTimeoutMs = Infinity } = service.limits ?? {};
    this.service = service;
    this.operations = new Map(
      Object.entries(service.operations).map(([name, definition]) => [
        name,
        new HostedOperation(service, name, definition, context.random),
      ]),
    );
    this.#context = context;
    this.#faults = faults;
    this.#partitions = faults.filter(({ fault }) => fault.kind === 'partition');
    this.#concurrency = concurrency;
    this.#maxQueue = queue;
    this.#queue = new WaitingLine(queueTimeoutMs, (exchange) => exchange.refuse(503, 'overload'));
  }

  nowMs(): number {
    return this.#context.nowMs();
  }

  stats(): ServiceStats {
    return this.calls.stats(this.#queue.size);
  }

  /** Takes a request at the moment at which it is sent. */
  receive(exchange: Exchange): void {
    const { operation, key } = exchange;
    exchange.latencyMs = operation.drawLatency();
    if (this.#faults.length > 0) {
      const nowMs = this.nowMs();
      const trouble = findTrouble(this.#faults, operation.name, key, nowMs, exchange.process);
      exchange.trouble = trouble;
      if (trouble?.obstacle !== undefined && this.#stop(exchange, trouble.obstacle, nowMs)) return;
    }
    this.#admit(exchange);
  }

  /** Lets a fault stop the request on its way. Says whether it did. */
  #stop(exchange: Exchange, active: ActiveFault, nowMs: number): boolean {
    const stop = stopBy(active);
    if (stop === undefined) return false;
    if (stop.kind === 'refused') {
      this.#failLater(exchange, active, stop.status);
      return true;
    }
    active.fired += 1;
    exchange.expectAnswerIn(stop.kind === 'held' ? Infinity : promptMs);
    later(breakConnection, stop.kind === 'held' ? stop.untilMs - nowMs : promptMs, exchange);
    return true;
  }

  #failLater(exchange: Exchange, active: ActiveFault, status: number): void {
    const latencyMs = latencyOf(exchange);
    exchange.expectAnswerIn(latencyMs);
    later(failByFault, latencyMs, exchange, active, status);
  }

  #admit(exchange: Exchange): void {
    if (this.#busy < this.#concurrency) {
      const latencyMs = latencyOf(exchange);
      const isLost =
        losesAnswer(exchange) || exchange.operation.mayWait || this.#mayBeSplit(exchange);
      exchange.expectAnswerIn(isLost ? Infinity : latencyMs + dribbleMs(exchange));
      this.#work(exchange, latencyMs);
    } else if (this.#queue.size < this.#maxQueue) {
      exchange.expectAnswerIn(Infinity);
      this.#queue.join(exchange);
    } else {
      exchange.expectAnswerIn(promptMs);
      later(failByOverload, promptMs, exchange);
    }
  }

  #work(exchange: Exchange, latencyMs: number): void {
    this.#busy += 1;
    later(exchange.operation.mayWait ? this.#wait : this.#finish, latencyMs, exchange);
  }

  readonly #wait = (exchange: Exchange): void => {
    exchange.askWait((waitMs) => {
      if (waitMs > 0) later(this.#finish, waitMs, exchange);
      else this.#finish(exchange);
    });
  };

  readonly #finish = (exchange: Exchange): void => {
    this.#busy -= 1;
    const { trouble } = exchange;
    const split = this.#splitNow(exchange);
    if (split !== undefined) {
      exchange.perform(false);
      this.#breakWhenWhole(exchange, split);
    } else if (trouble === undefined) {
      exchange.perform(true);
    } else {
      this.#finishInTrouble(exchange, trouble.obstacle);
      if (trouble.duplicate !== undefined) {
        for (const afterMs of copyDelays(trouble.duplicate)) later(repeat, afterMs, exchange);
      }
    }
    const next = this.#queue.next();
    if (next !== undefined) this.#work(next, latencyOf(next));
  };

  /** The last byte of an answer that dribbled in. */
  #deliver(exchange: Exchange, deliver: () => void): void {
    const split = this.#splitNow(exchange);
    if (split === undefined) deliver();
    else this.#breakWhenWhole(exchange, split);
  }

  #mayBeSplit({ process }: Exchange): boolean {
    return this.#partitions.some((active) => active.mayLoseAnswer(process, this.nowMs()));
  }

  #splitNow({ process }: Exchange): ActiveFault | undefined {
    return splitNow(this.#partitions, this.nowMs(), process);
  }

  /** The answer is lost, and the connection stands until the network is whole again. */
  #breakWhenWhole(exchange: Exchange, split: ActiveFault): void {
    split.fired += 1;
    later(breakConnection, split.fault.toMs - this.nowMs(), exchange);
  }

  /** Only what loses the answer of a performed request gets as far as this. */
  #finishInTrouble(exchange: Exchange, obstacle: ActiveFault | undefined): void {
    if (obstacle === undefined) {
      exchange.perform(true);
      return;
    }
    obstacle.fired += 1;
    const { fault } = obstacle;
    if (fault.kind === 'dribble') {
      const deliver = exchange.performNow();
      setTimeout(() => this.#deliver(exchange, deliver), fault.forMs);
      return;
    }
    exchange.perform(false);
    if (fault.kind === 'reset') exchange.reset();
    if (fault.kind === 'cut') exchange.cutOff();
  }
}

function latencyOf({ latencyMs, trouble }: Exchange): number {
  return trouble === undefined ? latencyMs : delayed(latencyMs, trouble);
}

function dribbleMs({ trouble }: Exchange): number {
  const fault = trouble?.obstacle?.fault;
  return fault?.kind === 'dribble' ? fault.forMs : 0;
}

function losesAnswer({ trouble }: Exchange): boolean {
  return trouble?.obstacle?.fault.kind === 'drop-response';
}

function breakConnection(exchange: Exchange): void {
  exchange.reset();
}

function failByFault(exchange: Exchange, active: ActiveFault, status: number): void {
  active.fired += 1;
  exchange.refuse(status, 'fault');
}

function failByOverload(exchange: Exchange): void {
  exchange.refuse(503, 'overload');
}

function repeat(exchange: Exchange): void {
  exchange.perform(false);
}
