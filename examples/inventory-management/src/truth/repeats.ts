/** How soon somebody outside is asked for the same thing again. */
export interface Repeats {
  /** A request is sent, whatever becomes of it. */
  sent(service: string, operation: string, key: string): void;
  /** Requests that came on top of as many as a caller with pauses sends in a second. */
  readonly hammering: number;
}

/**
 * Whoever waits a little longer each time, from 50 ms on, asks five times in his first second; a second
 * caller that asks beside him, and whoever looks between two calls, make it fewer than this.
 */
const mostASecond = 16;
const secondMs = 1_000;

export function createRepeats(
  elapsedMs: () => number,
  onHammering: (text: string) => void,
): Repeats {
  /** When the last of them were sent, the oldest first. */
  const times = new Map<string, number[]>();
  let hammering = 0;

  return {
    sent(service, operation, key) {
      const nowMs = elapsedMs();
      const name = `${service}.${operation} of ${key}`;
      const last = times.get(name) ?? [];
      const firstMs = last.length < mostASecond ? -Infinity : (last.shift() ?? -Infinity);
      last.push(nowMs);
      times.set(name, last);
      if (nowMs - firstMs >= secondMs) return;
      hammering += 1;
      onHammering(`${name} is sent more than ${mostASecond} times in a second`);
    },
    get hammering() {
      return hammering;
    },
  };
}
