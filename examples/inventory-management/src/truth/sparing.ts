/** Whether a downstream service that is away is left in peace: it is not asked for every change. */
export interface Sparing {
  /** Somebody sends an update to a service, whether or not it arrives. */
  sent(service: string): void;
  /** Updates that were sent to a service which had long been away, above what it takes to find out that it is back. */
  readonly inVain: number;
}

/** So often in a minute a service may be asked whether it is back: every four seconds. */
const mostAMinute = 15;
const minuteMs = 60_000;

/** Before that minute, time to notice that it is away. */
const noticeMs = 30_000;

export interface SparingOptions {
  readonly elapsedMs: () => number;
  /** Whether a service has been away all the time since then, and who asks it has not forgotten that. */
  readonly wasAway: (service: string, sinceMs: number) => boolean;
  readonly onInVain: (text: string) => void;
}

export function createSparing({ elapsedMs, wasAway, onInVain }: SparingOptions): Sparing {
  /** When each service was sent the last updates. */
  const times = new Map<string, number[]>();
  let inVain = 0;
  return {
    sent(service) {
      const nowMs = elapsedMs();
      const last = times.get(service) ?? [];
      times.set(service, last);
      last.push(nowMs);
      if (last.length <= mostAMinute) return;
      const firstMs = last.shift() ?? nowMs;
      if (nowMs - firstMs >= minuteMs || !wasAway(service, nowMs - minuteMs - noticeMs)) return;
      inVain += 1;
      onInVain(`${service} is away, and is sent more than ${mostAMinute} updates in a minute`);
    },
    get inVain() {
      return inVain;
    },
  };
}
