import { createHooks } from '@firedrill/core/hooks';
import type { CapturedPayment } from '../../domain.ts';
import type { Context } from '../../system.ts';
import type { SideEffects } from '../side-effects.ts';

/** Everything that follows a payment but the webhook: vital first, optional last. */
export interface FollowUps {
  start(payment: CapturedPayment): void;
  readonly waiting: number;
  close(): Promise<void>;
}

interface FollowUpEvents {
  readonly 'audit.due': CapturedPayment;
  readonly 'risk.due': CapturedPayment;
  readonly 'notification.due': CapturedPayment;
  readonly 'analytics.due': CapturedPayment;
}

/** From the vital to the optional; when the queue is full, the last lane is shed first. */
const lanes = ['audit', 'risk', 'notification', 'analytics'] as const;

/** Twice what the slowest of these services takes in the storm. */
const handlerTimeoutMs = 6_000;

const closeTimeoutMs = 60_000;

export function createFollowUps(context: Context, effects: SideEffects): FollowUps {
  const { meter, settings } = context;
  const hooks = createHooks<FollowUpEvents>({
    workers: settings.effectWorkers,
    queueSize: 4 * settings.effectWorkers,
    lanes: lanes.map((name) => ({ name })),
    timeoutMs: handlerTimeoutMs,
    onDeadLetter: ({ reason }) => meter.count(reason === 'shed' ? 'shedEvents' : 'effectErrors'),
  });
  const { registry } = hooks;
  registry.hook('audit.due', (payment, { signal }) => effects.recordAudit(payment, signal));
  registry.hook('risk.due', (payment, { signal }) => effects.updateRisk(payment, signal));
  registry.hook('notification.due', async (payment, { signal }) =>
    payment.request.email === undefined ? undefined : effects.notifyCustomer(payment, signal),
  );
  registry.hook('analytics.due', (payment, { signal }) => effects.trackAnalytics(payment, signal));

  return {
    start(payment) {
      for (const lane of lanes) {
        const { admitted } = hooks.emit(`${lane}.due`, payment, { lane });
        if (!admitted) meter.count('refusedEvents');
      }
    },
    get waiting() {
      return hooks.counters().waiting;
    },
    async close() {
      await hooks.close({ timeoutMs: closeTimeoutMs });
    },
  };
}
