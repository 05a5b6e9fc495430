import { createHooks } from '@firedrill/core/hooks';
import { backoffDelayMs, sleep } from '@firedrill/core/resilience';
import { withTimeout } from '@firedrill/core/services';
import { type CapturedPayment, type FollowUp, receiptFor } from '../../domain.ts';
import { reports } from '../../reports.ts';
import type { Context } from '../../system.ts';
import type { DoneList } from './done-list.ts';

/** Everything that follows a payment but the webhook: vital first, optional last. */
export interface FollowUps {
  /** Takes up what is open of a payment, and not under way here. */
  take(payment: CapturedPayment, followUp: Lane): void;
  readonly waiting: number;
  /** Waits until what is owed is done, at most this long. */
  close(timeoutMs: number): Promise<void>;
}

/** From the vital to the optional; when the queue is full, the last lane is shed first. */
export const lanes = ['audit', 'risk', 'receipt', 'analytics'] as const;
export type Lane = (typeof lanes)[number];

interface Task {
  readonly payment: CapturedPayment;
  attempts: number;
}

type FollowUpEvents = { readonly [Name in Lane as `${Name}.due`]: Task };

/** Twice what the slowest of these services takes in the storm. */
const callTimeoutMs = 6_000;

const backoff = { initialMs: 1_000, maxMs: 30_000, factor: 2, jitter: 'equal' } as const;

const pauseMs = 1_000;

export function createFollowUps(context: Context, doneList: DoneList): FollowUps {
  const { settings, telemetry, outside, random } = context;
  const { analytics, audit, risk } = outside;
  const jitter = random('follow-ups');
  const owed = new Set<string>();
  const calls = {
    audit: withTimeout(audit, callTimeoutMs),
    risk: withTimeout(risk, callTimeoutMs),
    receipt: withTimeout(outside.notifications, callTimeoutMs),
    analytics: withTimeout(analytics, callTimeoutMs),
  };
  const hooks = createHooks<FollowUpEvents>({
    workers: settings.effectWorkers,
    queueSize: 4 * settings.effectWorkers,
    lanes: lanes.map((name) => ({ name })),
    onDeadLetter: ({ event, data, reason }) => {
      telemetry.count(reason === 'shed' ? reports.shedEvents : reports.refusedEvents);
      again(laneOf(event), data);
    },
  });
  const { registry } = hooks;
  const send: { readonly [Name in Lane]: (payment: CapturedPayment) => Promise<unknown> } = {
    audit: ({ paymentId, request }) =>
      calls.audit.send({ paymentId, text: `charged ${request.orderId}` }),
    risk: ({ paymentId, fraudScore }) =>
      calls.risk.send({ paymentId, text: `score ${fraudScore?.toFixed(3) ?? 'unknown'}` }),
    receipt: (payment) =>
      calls.receipt.send({ ...receiptFor(payment), idempotencyKey: payment.request.orderId }),
    analytics: ({ paymentId }) => calls.analytics.send({ paymentId, text: 'payment captured' }),
  };
  for (const lane of lanes) registry.hook(`${lane}.due`, (task) => attempt(lane, task));

  async function attempt(lane: Lane, task: Task): Promise<void> {
    try {
      await send[lane](task.payment);
    } catch (error) {
      telemetry.failed(error);
      again(lane, task);
      return;
    }
    finished(lane, task.payment.paymentId);
  }

  function finished(lane: Lane, paymentId: string): void {
    if (!isOwed(lane)) return;
    owed.delete(`${lane} ${paymentId}`);
    doneList.add(paymentId, lane);
  }

  /** What is owed is tried again until it is done; what is not, was tried. */
  function again(lane: Lane, task: Task): void {
    if (!isOwed(lane)) return;
    task.attempts += 1;
    const delayMs = backoffDelayMs(backoff, Math.min(task.attempts, 10), () => jitter.next());
    setTimeout(() => dispatch(lane, task), delayMs);
  }

  function dispatch(lane: Lane, task: Task): void {
    const { admitted } = hooks.emit(`${lane}.due`, task, { lane });
    if (admitted) return;
    telemetry.count(reports.refusedEvents);
    again(lane, task);
  }

  function begin(lane: Lane, payment: CapturedPayment): void {
    if (isOwed(lane)) owed.add(`${lane} ${payment.paymentId}`);
    dispatch(lane, { payment, attempts: 0 });
  }

  return {
    take(payment, lane) {
      if (!owed.has(`${lane} ${payment.paymentId}`)) begin(lane, payment);
    },
    get waiting() {
      return hooks.counters().waiting;
    },
    async close(timeoutMs) {
      for (let waitedMs = 0; owed.size > 0 && waitedMs < timeoutMs; waitedMs += pauseMs) {
        await sleep(pauseMs);
      }
      await hooks.close({ timeoutMs: callTimeoutMs });
    },
  };
}

const isOwed = (lane: Lane): lane is Lane & FollowUp => lane !== 'analytics';

const laneOf = (event: string): Lane => {
  const lane = lanes.find((name) => event === `${name}.due`);
  if (lane === undefined) throw new RangeError(`There is no lane for ${event}.`);
  return lane;
};
