import { channel } from 'node:diagnostics_channel';
import type { HooksMetrics } from '../hooks/index.ts';

/** The `node:diagnostics_channel` that `publishMetrics` publishes to. */
export const metricsChannelName = 'firedrill:hooks:metrics';

/** One message of the channel. */
export interface MetricsMessage {
  /** Whose hooks these are. */
  readonly name: string;
  readonly metrics: HooksMetrics;
}

/**
 * Publishes a snapshot of the metrics, `() => metricsOf(hooks)`, every `intervalMs` (default 10,000; `Infinity`: never) while
 * anybody listens. The timer does not keep the process alive.
 *
 * @returns what stops it; `using` stops it at the end of the block
 * @throws RangeError when `intervalMs` is not more than zero
 */
export function publishMetrics(
  name: string,
  takeMetrics: () => HooksMetrics,
  { intervalMs = 10_000 }: { readonly intervalMs?: number } = {},
): Disposable {
  if (!(intervalMs > 0)) {
    throw new RangeError(
      `Failed to read option intervalMs: ${intervalMs} is not more than zero milliseconds. ` +
        'Give a number of milliseconds, or leave the option out.',
    );
  }
  const metricsChannel = channel(metricsChannelName);
  return every(intervalMs, () => {
    if (!metricsChannel.hasSubscribers) return;
    const message: MetricsMessage = { name, metrics: takeMetrics() };
    metricsChannel.publish(message);
  });
}

/** The longest delay of a timer, which takes a longer one for 1 ms: it is waited for in legs. */
const longestTimerMs = 2_147_483_647;

function every(intervalMs: number, act: () => void): Disposable {
  let timer: NodeJS.Timeout | undefined;
  const wait = (restMs: number): void => {
    const legMs = Math.min(restMs, longestTimerMs);
    timer = setTimeout(() => {
      if (restMs > legMs) {
        wait(restMs - legMs);
        return;
      }
      // Armed before it acts, as an interval is: a throw ends no beat.
      wait(intervalMs);
      act();
    }, legMs).unref();
  };
  if (intervalMs < Infinity) wait(intervalMs);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
