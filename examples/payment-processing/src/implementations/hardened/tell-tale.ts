import type { BreakerState } from '@firedrill/core/resilience';
import type { Context } from '../../system.ts';

/**
 * Follows one circuit breaker where everybody can see it: that of the first VIP whose breaker opens.
 * Each kind of change is announced once; hundreds of breakers go through the same.
 */
export function createTellTale({ telemetry, outside }: Context) {
  const { merchants } = outside;
  let followed: string | undefined;
  const seen = new Set<string>();

  return (merchantId: string, from: BreakerState, to: BreakerState): void => {
    const merchant = merchants.byId(merchantId);
    if (merchant?.isVip !== true) return;
    followed ??= merchantId;
    const change = `${from} to ${to}`;
    if (merchantId !== followed || seen.has(change)) return;
    seen.add(change);
    telemetry.note({
      name: `breaker-${to}`,
      severity: to === 'open' ? 'warning' : 'info',
      text: `circuit breaker of ${merchant.name} (${merchantId}, VIP): from ${change}`,
    });
  };
}
