import { sleep } from '@firedrill/core/resilience';
import type { WorldContext } from '@firedrill/core/scenario';
import { describe, expect, test } from 'vitest';
import { ComeAgainError } from '../src/domain/come-again.ts';
import { createDoor } from '../src/implementations/hardened/gate.ts';
import { createReturns, type Returns } from '../src/truth/returns.ts';
import type { Canvases } from '../src/types.ts';
import { type Call, createGate, HandshakeTimeoutError, type KeepDoor } from '../src/world/gate.ts';
import { inVirtualTime } from './virtual-time.ts';

const second = 1_000;
const handshakeMs = 100;

/** A gate with a server behind it, and what the truth has seen. */
function openGate(keepDoor?: KeepDoor, faults: WorldContext<Canvases>['faults'] = []) {
  const violated: string[] = [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the part of the world that is asked for
  const context = {
    elapsedMs: () => performance.now(),
    meter: { count: () => {}, gauge: () => {} },
    faults,
    violate: (rule: string) => void violated.push(rule),
  } as unknown as WorldContext<Canvases>;
  const returns = createReturns(context, handshakeMs);
  const gate = createGate(context, handshakeMs, returns);
  const end = gate.begin(keepDoor);
  return { gate, returns, violated, end };
}

type Opened = ReturnType<typeof openGate>;

/** What became of a call, and when. */
async function outcome(call: Call, name: string): Promise<string> {
  const what = await call.letIn.then(
    () => 'in',
    (error: unknown) => (error instanceof Error ? error.name : 'unknown'),
  );
  return `${name} ${what} ${Math.round(performance.now())}`;
}

/** Somebody who comes until they are in, as the app does. */
async function comeIn({ gate, returns }: Opened, personId: string): Promise<void> {
  for (;;) {
    try {
      await gate.call(personId).letIn;
      returns.isIn(personId);
      return;
    } catch (error) {
      await sleep(error instanceof ComeAgainError ? error.comeAgainInMs : second);
    }
  }
}

const comeAtOnce = (opened: Opened, people: number): Promise<unknown> =>
  Promise.all(Array.from({ length: people }, (_, index) => comeIn(opened, `p-${index}`)));

/** People who come again each second, whatever they are told, to a gate that nobody keeps. */
async function insist(returns: Returns, people: number, seconds: number): Promise<void> {
  for (let at = 0; at < seconds; at += 1) {
    for (let index = 0; index < people; index += 1) returns.called(`p-${index}`);
    await sleep(second);
  }
}

describe('a gate', () => {
  test('does one handshake after the other, and whoever has waited for five seconds has gone', () =>
    inVirtualTime(async () => {
      const { gate } = openGate();
      const outcomes = await Promise.all(
        Array.from({ length: 60 }, (_, index) => outcome(gate.call(`p-${index}`), `p-${index}`)),
      );
      expect(outcomes[0]).toBe('p-0 in 100');
      expect(outcomes[48]).toBe('p-48 in 4900');
      expect(outcomes[59]).toBe(`p-59 ${HandshakeTimeoutError.name} 5000`);
    }));

  test('works for who has gone like for anybody', () =>
    inVirtualTime(async () => {
      const { gate } = openGate();
      gate.call('gone').leave();
      expect(await outcome(gate.call('here'), 'here')).toBe('here in 200');
    }));

  test('lets nobody in whose server has gone meanwhile', () =>
    inVirtualTime(async () => {
      const { gate, end } = openGate();
      const waiting = outcome(gate.call('ada'), 'ada');
      end();
      expect(await waiting).toBe('ada ServerDownError 0');
      expect(() => gate.call('ada')).toThrow('it is down');
    }));
});

describe('a door', () => {
  const door = createDoor(() => performance.now());

  test('does not work for who has gone', () =>
    inVirtualTime(async () => {
      const { gate } = openGate(door);
      const first = outcome(gate.call('first'), 'first');
      gate.call('gone').leave();
      expect([await first, await outcome(gate.call('here'), 'here')]).toEqual([
        'first in 100',
        'here in 200',
      ]);
    }));

  test('gives those who are sent away a time of their own each, after what waits', () =>
    inVirtualTime(async () => {
      const { gate } = openGate(door);
      await gate.call('measured').letIn;
      await sleep(1);
      const told: number[] = [];
      const calls = Array.from({ length: 40 }, (_, index) =>
        gate.call(`p-${index}`).letIn.catch((error: unknown) => {
          if (error instanceof ComeAgainError) told.push(Math.round(error.comeAgainInMs));
        }),
      );
      await Promise.all(calls);
      expect(told.slice(0, 3)).toEqual([2_110, 2_220, 2_330]);
      expect(new Set(told).size).toBe(told.length);
    }));

  test('tells the same time again to who comes too early, and has who comes after the others wait', () =>
    inVirtualTime(async () => {
      const { gate } = openGate(door);
      await gate.call('measured').letIn;
      await sleep(1);
      for (let index = 0; index < 80; index += 1) gate.call(`p-${index}`).letIn.catch(() => {});
      const timeOf = async (name: string): Promise<number> => {
        const error: unknown = await gate.call(name).letIn.catch((caught: unknown) => caught);
        return error instanceof ComeAgainError ? Math.round(error.comeAgainInMs) : NaN;
      };
      expect(await timeOf('p-79')).toBe(8_490);
      expect(await timeOf('newcomer')).toBe(8_600);
    }));

  test('has three hundred people in within the time that they take, and keeps to the rules', () =>
    inVirtualTime(async () => {
      const opened = openGate(door);
      await comeAtOnce(opened, 300);
      expect(performance.now()).toBeLessThan(1.2 * 300 * handshakeMs);
      const { due, late, overloads } = opened.returns;
      expect({ due, late, overloads }).toEqual({ due: 300, late: 0, overloads: 0 });
    }));
});

describe('the truth', () => {
  test('finds late who is not in after the time that all take, a fifth, and five seconds', () =>
    inVirtualTime(async () => {
      const { returns, violated } = openGate();
      for (let index = 0; index < 100; index += 1) returns.called(`p-${index}`);
      await sleep(16.9 * second);
      for (let index = 0; index < 98; index += 1) returns.isIn(`p-${index}`);
      returns.gone('p-98');
      await sleep(0.2 * second);
      returns.isIn('p-99');
      expect([returns.due, returns.late, violated]).toEqual([99, 1, ['back-in-time']]);
    }));

  test.each([
    [19, 0],
    [21, 1],
  ])('of %i calls in each of forty seconds finds %i overload', (people, overloads) =>
    inVirtualTime(async () => {
      const { returns } = openGate();
      await insist(returns, people, 40);
      expect(returns.overloads).toBe(overloads);
    }),
  );

  test.each([
    [30, 0],
    [31, 1],
  ])('of 20 newcomers in a second and %i calls finds %i overload', (calls, overloads) =>
    inVirtualTime(async () => {
      const { returns } = openGate();
      for (let at = 0; at < 40; at += 1) {
        for (let index = 0; index < 20; index += 1) returns.called(`${at}-${index}`);
        for (let index = 20; index < calls; index += 1) returns.called(`${at}-0`);
        await sleep(second);
      }
      expect(returns.overloads).toBe(overloads);
    }),
  );

  test('says nothing of a time in which the way to the gate was struck', () =>
    inVirtualTime(async () => {
      const fault = { kind: 'hang', id: 'f', service: 'connections', fromMs: 0, toMs: 1 } as const;
      const { returns, violated } = openGate(undefined, [fault]);
      await insist(returns, 100, 40);
      expect([returns.due, returns.late, returns.overloads, violated]).toEqual([0, 0, 0, []]);
    }));
});
