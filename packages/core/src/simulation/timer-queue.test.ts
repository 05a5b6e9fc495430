import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { TimerQueue } from './timer-queue.ts';
import type { VirtualTimer } from './virtual-timer.ts';

const command = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('add'), delayMs: fc.nat({ max: 20 }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('cancel'), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('refresh'), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('take'), afterMs: fc.nat({ max: 10 }) }) },
);

describe('the queue of timers', () => {
  it('gives out what a sorted list would, under any program of adding, clearing and refreshing', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
        let nowUs = 0;
        let order = 0;
        const queue = new TimerQueue(() => nowUs);
        const armed = new Map<VirtualTimer, { dueUs: number; order: number }>();
        const arm = (timer: VirtualTimer): void => {
          order += 1;
          armed.set(timer, { dueUs: nowUs + timer.delayUs, order });
        };
        for (const step of commands) {
          if ('delayMs' in step) {
            arm(queue.add(() => undefined, step.delayMs, [], false));
          } else if ('which' in step) {
            const timer = [...armed.keys()][step.which % Math.max(1, armed.size)];
            if (timer === undefined) continue;
            if (step.type === 'cancel') {
              timer.close();
              armed.delete(timer);
            } else {
              timer.refresh();
              arm(timer);
            }
          } else {
            nowUs += step.afterMs * 1000;
            const expected = [...armed]
              .filter(([, { dueUs }]) => dueUs <= nowUs)
              .toSorted(([, a], [, b]) => a.dueUs - b.dueUs || a.order - b.order)
              .map(([timer]) => timer);
            expect(queue.takeDue()).toEqual(expected);
            for (const timer of expected) {
              queue.fire(timer);
              armed.delete(timer);
            }
          }
          expect(queue.size).toBe(armed.size);
          expect(queue.hasRefs).toBe(armed.size > 0);
        }
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
