import { formatValue, plural } from '../../scenario/format.ts';
import type { Traffic } from '../../scenario/run-phase.ts';
import type { ChannelMetrics, ServiceStats } from '../../services/index.ts';
import type { LogLine } from './evidence.ts';

/** A log sums up this much time in a line, in ms. */
const lineEveryMs = 15_000;

/** What is well is said this often, in lines. */
const quietEvery = 8;

const noCalls: ServiceStats = {
  calls: 0,
  inFlight: 0,
  succeeded: 0,
  failed: 0,
  timedOut: 0,
  reset: 0,
  cancelled: 0,
  queued: 0,
  maxInFlight: 0,
};

const noMessages: ChannelMetrics = { sent: 0, copies: 0, delivered: 0, lost: 0, inFlight: 0 };

/** Writes the logs that callers of services and receivers of channels would have kept. */
export class TrafficLog {
  readonly #services = new Map<string, { last: ServiceStats; heldMs: number; lines: LogLine[] }>();
  readonly #channels = new Map<string, { last: ChannelMetrics; lines: LogLine[] }>();

  /** Takes what was counted in a second. */
  readonly note = ({ atMs, services, channels }: Traffic): void => {
    const isDue = atMs % lineEveryMs === 0;
    for (const [name, now] of services) {
      const log = this.#services.get(name) ?? { last: noCalls, heldMs: 0, lines: [] };
      this.#services.set(name, log);
      log.heldMs += 1_000 * now.inFlight;
      if (!isDue) continue;
      log.lines.push(callsLine(atMs, log.last, now, log.heldMs));
      log.last = now;
      log.heldMs = 0;
    }
    if (!isDue) return;
    for (const [name, now] of channels) {
      const log = this.#channels.get(name) ?? { last: noMessages, lines: [] };
      this.#channels.set(name, log);
      log.lines.push(messagesLine(atMs, log.last, now));
      log.last = now;
    }
  };

  /** The logs by name; of what is well only some lines. */
  logs(): Record<string, LogLine[]> {
    return Object.fromEntries(
      [...this.#services, ...this.#channels].map(([name, { lines }]) => [
        name,
        lines.filter(({ level }, index) => level !== 'info' || index % quietEvery === 0),
      ]),
    );
  }
}

/** One line for the calls of some seconds. */
function callsLine(atMs: number, last: ServiceStats, now: ServiceStats, heldMs: number): LogLine {
  const since = (name: keyof ServiceStats): number => now[name] - last[name];
  const calls = since('calls');
  const troubles = [
    [since('failed'), 'failed'],
    [since('timedOut'), 'timed out'],
    [since('reset'), 'reset by peer'],
    [since('cancelled'), 'given up'],
  ] as const;
  const bad = troubles.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  // Little's law: those who wait on average, by the rate at which they come (Little 1961).
  const ended = calls - since('inFlight');
  const meanMs = ended > 0 ? heldMs / ended : undefined;
  const parts = [
    plural(calls, 'call'),
    ...bad,
    ...(now.inFlight > 0 ? [`${now.inFlight} without an answer yet`] : []),
    ...(now.queued > 0 ? [`${now.queued} queued`] : []),
    ...(meanMs === undefined || heldMs === 0 ? [] : [`about ${formatValue(meanMs, 'ms')} each`]),
  ];
  const isStuck = now.inFlight > 0 && ended <= 0;
  const level = bad.length === 0 ? (isStuck ? 'warn' : 'info') : 'warn';
  return { atMs, level, text: parts.join(', ') };
}

/** One line for the messages of some seconds. */
function messagesLine(atMs: number, last: ChannelMetrics, now: ChannelMetrics): LogLine {
  const delivered = now.delivered - last.delivered;
  const sent = now.sent - last.sent;
  // A receiver sees what arrives, and the sender what it has sent: neither sees a copy as one.
  const isOdd = delivered > sent || now.inFlight > Math.max(1, sent);
  return {
    atMs,
    level: isOdd ? 'warn' : 'info',
    text: `${plural(sent, 'message')} sent, ${delivered} received, ${now.inFlight} under way`,
  };
}
