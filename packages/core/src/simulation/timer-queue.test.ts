import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { TimerQueue } from './timer-queue.ts';
import type { VirtualTimer } from './virtual-timer.ts';

type Command =
  | { readonly type: 'add'; readonly delayMs: number }
  | { readonly type: 'cancel' | 'refresh'; readonly which: number }
  | { readonly type: 'take'; readonly afterMs: number };

const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.nat({ max: 20 }).map((delayMs) => ({ type: 'add' as const, delayMs })),
  fc.nat({ max: 20 }).map((delayMs) => ({ type: 'add' as const, delayMs })),
  fc.nat().map((which) => ({ type: 'cancel' as const, which })),
  fc.nat().map((which) => ({ type: 'refresh' as const, which })),
  fc.nat({ max: 10 }).map((afterMs) => ({ type: 'take' as const, afterMs })),
);

/** Runs the commands on a queue and on a sorted list: what each gave out, and how many it has left. */
function compare(commands: readonly Command[]): { actual: unknown[]; expected: unknown[] } {
  let nowUs = 0;
  let order = 0;
  const queue = new TimerQueue(() => nowUs);
  const armed = new Map<VirtualTimer, { dueUs: number; order: number }>();
  const actual: unknown[] = [];
  const expected: unknown[] = [];
  const arm = (timer: VirtualTimer): void => {
    order += 1;
    armed.set(timer, { dueUs: nowUs + timer.delayUs, order });
  };
  const perform = (command: Command): void => {
    const timer = [...armed.keys()][('which' in command ? command.which : 0) % (armed.size || 1)];
    switch (command.type) {
      case 'add':
        arm(queue.add(() => undefined, command.delayMs, [], false));
        break;
      case 'cancel':
        timer?.close();
        if (timer !== undefined) armed.delete(timer);
        break;
      case 'refresh':
        if (timer !== undefined) arm(timer.refresh());
        break;
      case 'take': {
        nowUs += command.afterMs * 1000;
        const due = [...armed]
          .filter(([, { dueUs }]) => dueUs <= nowUs)
          .toSorted(([, a], [, b]) => a.dueUs - b.dueUs || a.order - b.order);
        expected.push(due.map(([, entry]) => entry.order));
        const taken = queue.takeDue();
        actual.push(taken.map((one) => armed.get(one)?.order));
        for (const one of taken) queue.fire(one);
        for (const [one] of due) armed.delete(one);
      }
    }
  };
  for (const command of commands) {
    perform(command);
    actual.push(queue.size, queue.hasRefs);
    expected.push(armed.size, armed.size > 0);
  }
  return { actual, expected };
}

describe('the queue of timers', () => {
  it('gives out what a sorted list would, under any program of adding, clearing and refreshing', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 200 }), (commands) => {
        const { actual, expected } = compare(commands);
        expect(actual).toEqual(expected);
      }),
    );
  });

  it('keeps nothing of timers that were cleared', () => {
    const queue = new TimerQueue(() => 0);
    for (let i = 0; i < 100_000; i += 1) queue.add(() => undefined, 5000, [], false).close();
    expect(queue.size).toBe(0);
    expect(queue.hasRefs).toBe(false);
  });
});
