import type { RefusalReason } from './errors.ts';

/** Every handler of the emit has been admitted: each will run, or be reported as a dead letter. */
export interface Admitted {
  readonly admitted: true;
  readonly status: 'admitted';
  /** Already settled: resolves to this very result. */
  readonly settled: Promise<Admitted>;
}

/**
 * Nothing of the emit was admitted, and none of its handlers will run. A refusal because the hooks
 * drain or close, or because a chain is too long, must be looked at within the turn of the event
 * loop (`admitted`, `status` or `reason`): otherwise the emit becomes a dead letter, since nobody
 * else would know that it was lost.
 */
export interface Refused {
  readonly admitted: false;
  readonly status: 'refused';
  readonly reason: RefusalReason;
  /** Already settled: resolves to this very result. */
  readonly settled: Promise<Refused>;
}

/** The emit waits for room (`overload.strategy: 'wait'`): `settled` tells how it ended. */
export interface Waiting {
  readonly admitted: false;
  readonly status: 'waiting';
  /** Made when it is first read; never rejects. */
  readonly settled: Promise<Admitted | Refused>;
}

/**
 * The answer of an emit, known at once. Answers that carry nothing of their own are constants, so
 * that emitting allocates nothing and refusing costs as little as admitting: a full pool must not
 * become slower for being full.
 */
export type EmitResult = Admitted | Refused | Waiting;

class AdmittedResult implements Admitted {
  readonly admitted = true;
  readonly status = 'admitted';
  get settled(): Promise<Admitted> {
    return Promise.resolve(this);
  }
}

class RefusedResult implements Refused {
  readonly admitted = false;
  readonly status = 'refused';
  readonly reason: RefusalReason;
  constructor(reason: RefusalReason) {
    this.reason = reason;
  }
  get settled(): Promise<Refused> {
    return Promise.resolve(this);
  }
}

/** A refusal that knows whether anybody has looked at it. */
export class WatchedRefusal implements Refused {
  wasSeen = false;
  readonly #reason: RefusalReason;

  constructor(reason: RefusalReason) {
    this.#reason = reason;
  }

  get admitted(): false {
    this.wasSeen = true;
    return false;
  }

  get status(): 'refused' {
    this.wasSeen = true;
    return 'refused';
  }

  get reason(): RefusalReason {
    this.wasSeen = true;
    return this.#reason;
  }

  get settled(): Promise<Refused> {
    return Promise.resolve(this);
  }
}

export const admitted: Admitted = Object.freeze(new AdmittedResult());

export const refused: Readonly<Record<RefusalReason, Refused>> = Object.freeze({
  'queue-full': Object.freeze(new RefusedResult('queue-full')),
  'wait-expired': Object.freeze(new RefusedResult('wait-expired')),
  'exceeds-capacity': Object.freeze(new RefusedResult('exceeds-capacity')),
  cancelled: Object.freeze(new RefusedResult('cancelled')),
  'chain-too-long': Object.freeze(new RefusedResult('chain-too-long')),
  draining: Object.freeze(new RefusedResult('draining')),
  closed: Object.freeze(new RefusedResult('closed')),
});
