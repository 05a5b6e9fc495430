import type { HostedOperation } from './hosted-operation.ts';
import type { Trouble } from './trouble.ts';

/**
 * One request on its way, whichever transport carries it. The host decides when and whether each of
 * these happens; the transport does it.
 */
export abstract class Exchange {
  readonly operation: HostedOperation;
  readonly key: string | undefined;
  /** Name of the process that asks; `undefined`: it has none. */
  readonly process: string | undefined;
  /** Drawn when the request was sent; faults come on top. */
  latencyMs = 0;
  trouble: Trouble | undefined = undefined;

  constructor(operation: HostedOperation, key: string | undefined, process: string | undefined) {
    this.operation = operation;
    this.key = key;
    this.process = process;
  }

  /**
   * Told once, before any timer of the host is set: the answer comes in `latencyMs`; `Infinity`
   * when that is not known. So a caller knows whether it needs a timer for its own limit.
   */
  abstract expectAnswerIn(latencyMs: number): void;

  /** Asks how long the request has to wait before it is performed, in ms; in the order of those who ask. */
  abstract askWait(then: (waitMs: number) => void): void;

  /** Performs the operation, and brings its answer to the caller when one is to be sent. */
  abstract perform(answers: boolean): void;

  /** Performs the operation now; what it gives back brings the answer to the caller, later. */
  abstract performNow(): () => void;

  /** The answer breaks off on its way. */
  abstract cutOff(): void;

  /** Answers without performing. */
  abstract refuse(status: number, reason: 'fault' | 'overload'): void;

  /** Breaks the connection. */
  abstract reset(): void;
}
