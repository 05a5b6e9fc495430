import { flowWords } from '@firedrill/core/flows';
import { withTimeout } from '@firedrill/core/services';
import { events, type Line } from './events.ts';
import { followsOf } from './follows.ts';
import { boxWaitsMs, limiterC } from './house-rules.ts';
import { acknowledge, cureOf, newOven, nextOven } from './oven-control.ts';
import { pack } from './packing.ts';
import { isFresh, isHard, isProfileGood, type PartResult } from './quality-gates.ts';

/*
 *   sample.taken > (control) > command.due   > (actuate)
 *                      +-----> limiter.due   > (parametrise)
 *                      +-----> oven.stopped  > (call)  … a person …  oven.acknowledged > (restart)
 *                      +-----> tray.assigned > (load)
 *                      +-----> tray.done     > (unload)
 *                      +-----> tray.left     > (inspect) > tray.inspected
 *   tray.arrived > (admit) … waits for an oven, or is refused …    tray.inspected > (trace) > tray.traced > (pack)
 *                    … a box is full, or old … box.due > (seal) > box.sealed > (ship)
 */

const { step, defineFlow } = flowWords<Line>();

const stubborn = {
  maxAttempts: Infinity,
  backoff: { initialMs: 200, maxMs: 5_000, factor: 2, jitter: 'full' },
} as const;
const answerMs = 1_000;

export const manufacturing = defineFlow({
  name: 'manufacturing',
  events,
  steps: [
    step('control', {
      on: 'sample.taken',
      idempotent: { key: ({ oven: name, number }) => `${name}#${number}` },
      key: ({ oven: name }) => name,
      async run(sample, { tables, log }) {
        const before = (await tables.get('ovens', sample.oven)) ?? newOven;
        // What is older than the latest says nothing of now.
        if (sample.number <= before.number) return [];
        const decision = nextOven(before, sample);
        const waiting = decision.takesTray ? ((await tables.get('waiting', 'all')) ?? []) : [];
        const [assigned, ...others] = waiting;
        if (assigned !== undefined) tables.set('waiting', 'all', others);
        const { state, stopped } = decision;
        tables.set('ovens', sample.oven, { ...state, assigned: assigned ?? state.assigned });
        if (stopped) log('warn', 'an oven stops', { oven: sample.oven, cause: stopped });
        return followsOf(sample, decision, assigned);
      },
    }),
    step('actuate', {
      on: 'command.due',
      idempotent: { byNature: 'the machine takes no command whose number is not the highest' },
      async run(command, { outside, log }) {
        try {
          await outside.oven.heat(command, { timeoutMs: answerMs, key: command.oven });
        } catch (error) {
          // To try it again is of no use: the next one replaces it, and without one the heater goes off.
          log('warn', 'a command may be lost', { ...command, error: String(error) });
        }
      },
    }),
    step('parametrise', {
      on: 'limiter.due',
      idempotent: { byNature: 'it is set to the same, and the next samples say to what' },
      retry: stubborn,
      async run({ oven: name }, { outside }) {
        const limit = { oven: name, atC: limiterC };
        await outside.oven.setLimiter(limit, { timeoutMs: answerMs, key: name });
      },
    }),
    step('call', {
      on: 'oven.stopped',
      idempotent: { key: ({ oven: name, stop }) => `${name}#${stop}` },
      retry: stubborn,
      async run({ oven: name, stop, cause }, { outside }) {
        const who = cause.startsWith('fan-') ? outside.maintenance : outside.alarms;
        await withTimeout(who, answerMs).call({ oven: name, stop, cause });
      },
    }),
    step('restart', {
      on: 'oven.acknowledged',
      idempotent: { byNature: 'a stop that is acknowledged twice is acknowledged' },
      async run({ oven: name, stop, isFanNew }, { tables }) {
        const before = (await tables.get('ovens', name)) ?? newOven;
        tables.set('ovens', name, acknowledge(before, stop, isFanNew));
      },
    }),
    step('admit', {
      on: 'tray.arrived',
      idempotent: { key: ({ tray: { tray: id } }) => id },
      async run({ tray: arrived, atMs }, { tables }) {
        if (!isFresh(arrived.bestBeforeMs, atMs)) {
          const rejected = { isAccepted: false, why: 'lot-expired', hardness: null } as const;
          const parts = arrived.serials.map((serial) => ({ serial, ...rejected }));
          return { event: 'tray.inspected', data: { tray: arrived, stay: null, parts } };
        }
        tables.set('trays', arrived.tray, arrived);
        const waiting = (await tables.get('waiting', 'all')) ?? [];
        tables.set('waiting', 'all', [...waiting, arrived.tray]);
        return [];
      },
    }),
    step('load', {
      on: 'tray.assigned',
      idempotent: { key: ({ tray: id }) => id },
      retry: stubborn,
      async run(data, { outside }) {
        await withTimeout(outside.robot, answerMs).load(data);
      },
    }),
    step('unload', {
      on: 'tray.done',
      idempotent: { key: ({ tray: id }) => id },
      retry: stubborn,
      async run(data, { outside }) {
        await withTimeout(outside.robot, answerMs).unload(data);
      },
    }),
    step('inspect', {
      on: 'tray.left',
      idempotent: { key: ({ profile }) => profile.tray },
      retry: stubborn,
      async run({ oven: name, profile }, { tables, outside }) {
        const arrived = await tables.get('trays', profile.tray);
        if (!arrived) throw new Error(`There is no tray ${profile.tray}.`);
        const isGood = isProfileGood({ ...profile, cure: cureOf(profile) });
        const { readings } = isGood
          ? await withTimeout(outside.gauge, answerMs).measure({ serials: arrived.serials })
          : { readings: [] };
        const parts = arrived.serials.map((serial, index): PartResult => {
          const hardness = readings[index] ?? null;
          const isAccepted = isGood && hardness !== null && isHard(hardness);
          const why = isAccepted ? 'good' : isGood ? 'hardness' : 'profile';
          return { serial, isAccepted, why, hardness };
        });
        const stay = { oven: name, profile };
        return { event: 'tray.inspected', data: { tray: arrived, stay, parts } };
      },
    }),
    step('trace', {
      on: 'tray.inspected',
      idempotent: { byNature: 'the same record is kept under the same id' },
      retry: stubborn,
      async run({ tray: { tray: id, lot }, stay, parts }, { outside }) {
        const record = { kind: 'tray', id, lot, stay, parts } as const;
        await withTimeout(outside.registry, answerMs).put({ record });
        const serials = parts.filter(({ isAccepted }) => isAccepted).map(({ serial }) => serial);
        return serials.length === 0 ? [] : { event: 'tray.traced', data: { tray: id, serials } };
      },
    }),
    step('pack', {
      on: 'tray.traced',
      idempotent: { key: ({ tray: id }) => id },
      async run({ serials }, { tables }) {
        const { open, full, begun } = pack(await tables.get('boxes', 'open'), serials);
        tables.set('boxes', 'open', open);
        return [
          ...full.map((data) => ({ event: 'box.sealed' as const, data })),
          ...begun.map((box) => ({
            event: 'box.due' as const,
            data: { box },
            delayMs: boxWaitsMs,
          })),
        ];
      },
    }),
    step('seal', {
      on: 'box.due',
      idempotent: { byNature: 'a box that is not open any more is left alone' },
      async run({ box }, { tables }) {
        const open = await tables.get('boxes', 'open');
        if (open?.box !== box || open.serials.length === 0) return [];
        tables.set('boxes', 'open', { box: box + 1, serials: [] });
        return { event: 'box.sealed', data: open };
      },
    }),
    step('ship', {
      on: 'box.sealed',
      idempotent: { key: ({ box }) => `box-${box}` },
      retry: stubborn,
      async run({ box, serials }, { outside }) {
        const id = `box-${box}`;
        // First it is written down: what has left cannot be called back without that.
        await withTimeout(outside.registry, answerMs).put({ record: { kind: 'box', id, serials } });
        await withTimeout(outside.dispatch, answerMs).ship({ box: id, serials });
      },
    }),
  ],
});
