import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createHooks, type HooksMetrics, metricsOf } from '../hooks/index.ts';
import { metricsChannelName, publishMetrics } from './index.ts';

const ignore = (): void => undefined;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('publishMetrics', () => {
  test('publishes a snapshot at each interval until it is disposed of', async () => {
    const hooks = createHooks<{ e: number }>();
    hooks.hook('e', () => undefined);
    const messages: unknown[] = [];
    const listen = (message: unknown): void => void messages.push(message);
    subscribe(metricsChannelName, listen);
    const publishing = publishMetrics('payments', () => metricsOf(hooks), { intervalMs: 100 });
    hooks.emit('e', 1);
    await vi.advanceTimersByTimeAsync(250);
    publishing[Symbol.dispose]();
    await vi.advanceTimersByTimeAsync(250);
    unsubscribe(metricsChannelName, listen);
    expect(messages).toEqual([
      { name: 'payments', metrics: metricsOf(hooks) },
      { name: 'payments', metrics: metricsOf(hooks) },
    ]);
  });

  test('waits as long as it is told: for a month, and for ever', async () => {
    const metrics = vi.fn<() => HooksMetrics>();
    subscribe(metricsChannelName, ignore);
    const monthMs = 30 * 86_400_000;
    {
      using monthly = publishMetrics('payments', metrics, { intervalMs: monthMs });
      expect(monthly).toBeDefined();
      await vi.advanceTimersByTimeAsync(monthMs - 1);
      expect(metrics).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(1 + monthMs);
      expect(metrics).toHaveBeenCalledTimes(2);
    }
    using never = publishMetrics('payments', metrics, { intervalMs: Infinity });
    expect(never).toBeDefined();
    await vi.advanceTimersByTimeAsync(12 * monthMs);
    expect(metrics).toHaveBeenCalledTimes(2);
    unsubscribe(metricsChannelName, ignore);
  });

  test('takes no snapshot while nobody listens', async () => {
    const metrics = vi.fn<() => HooksMetrics>();
    const publishing = publishMetrics('payments', metrics, { intervalMs: 100 });
    await vi.advanceTimersByTimeAsync(500);
    publishing[Symbol.dispose]();
    expect(metrics).not.toHaveBeenCalled();
  });

  test('refuses an interval that is none', () => {
    expect(() =>
      publishMetrics('payments', () => metricsOf(createHooks()), { intervalMs: 0 }),
    ).toThrow(RangeError);
  });
});
