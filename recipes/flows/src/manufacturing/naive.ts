import type { Client, Inbox } from '@firedrill/core/services';
import type { Tray } from './events.ts';
import type { Sample } from './oven-control.ts';
import type { LineServices } from './services.ts';

type Outside = {
  readonly [Name in keyof LineServices]: Client<LineServices[Name]['operations']>;
} & { readonly fieldbus: Inbox<Sample> };

/**
 * The line as it is coded in an afternoon: the heater goes on below 178 °C and off above 182, by one
 * sensor, and stays as it was told; the limiter is left as it was delivered; a reading above 195 rings
 * each time. A tray stays in for 22 s, its first part is measured for all of them, and it is written
 * down when it has left. Fans are replaced after so many trays, whatever they sound like.
 */
export function naiveLine(outside: Outside) {
  const waiting: Tray[] = [];
  const loaded = new Map<string, { readonly tray: Tray; readonly sinceMs: number }>();
  const trays = new Map<string, number>();
  const isOn = new Map<string, boolean>();
  const pending = new Set<Promise<unknown>>();
  let calls = 0;
  let boxes = 0;

  const inBackground = (work: Promise<unknown>): void => {
    const done = work.catch(() => {}).finally(() => pending.delete(done));
    pending.add(done);
  };

  async function finish(oven: string, tray: Tray): Promise<void> {
    await outside.robot.unload({ oven, tray: tray.tray }, { timeoutMs: 2_000 });
    const { serials } = tray;
    const first = await outside.gauge.measure(
      { serials: serials.slice(0, 1) },
      { timeoutMs: 2_000 },
    );
    const isGood = (first.readings[0] ?? 0) >= 95;
    boxes += 1;
    const box = `box-${boxes}`;
    if (isGood) await outside.dispatch.ship({ box, serials }, { timeoutMs: 2_000 });
    const parts = serials.map((serial) => ({
      serial,
      isAccepted: isGood,
      why: isGood ? ('good' as const) : ('hardness' as const),
      hardness: first.readings[0] ?? null,
    }));
    const entry = { kind: 'tray', id: tray.tray, lot: tray.lot, stay: null, parts } as const;
    await outside.registry.put({ record: entry }, { timeoutMs: 2_000 });
    await outside.registry.put({ record: { kind: 'box', id: box, serials } }, { timeoutMs: 2_000 });
  }

  const ring = (oven: string, cause: string): void => {
    calls += 1;
    const who = cause === 'fan-due' ? outside.maintenance : outside.alarms;
    inBackground(who.call({ oven, stop: calls, cause }, { timeoutMs: 2_000 }));
  };

  function handle({ oven, number, atMs, a, tray }: Sample): void {
    const temp = a ?? 180;
    const wanted = temp < 178 ? true : temp > 182 ? false : isOn.get(oven);
    if (wanted !== undefined && wanted !== isOn.get(oven)) {
      isOn.set(oven, wanted);
      const command = { oven, number, duty: wanted ? 1 : 0 };
      inBackground(outside.oven.heat(command, { timeoutMs: 2_000, key: oven }));
    }
    if (temp > 195) ring(oven, 'too-hot');
    const inside = loaded.get(oven);
    if (inside && atMs - inside.sinceMs > 22_000) {
      loaded.delete(oven);
      trays.set(oven, (trays.get(oven) ?? 0) + 1);
      inBackground(finish(oven, inside.tray));
      if ((trays.get(oven) ?? 0) % 15 === 0) ring(oven, 'fan-due');
    } else if (!inside && tray === null && temp > 170) {
      const next = waiting.shift();
      if (!next) return;
      loaded.set(oven, { tray: next, sinceMs: atMs });
      inBackground(outside.robot.load({ oven, tray: next.tray }, { timeoutMs: 2_000 }));
    }
  }

  const unsubscribe = outside.fieldbus.onMessage(handle);
  return {
    deliver(tray: Tray): void {
      waiting.push(tray);
    },
    async onIdle(): Promise<void> {
      unsubscribe();
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}
