/* oxlint-disable vitest/no-conditional-expect -- each step of a random program has its own */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Envelope } from './envelope.ts';
import { EmitQueue, type QueuedTask } from './emit-queue.ts';
import type { Hook } from './hook.ts';
import { Lane } from './lane.ts';

const lane = new Lane('default', 0, 0);
const hooks: readonly Hook[] = ['a', 'b', 'c'].map((name) => ({
  event: 'e',
  name,
  invoke: () => undefined,
  takesContext: false,
  signal: undefined,
  limitMs: Infinity,
  lane,
  isPlain: true,
  active: true,
  lines: undefined,
}));

type Step =
  | { do: 'push'; times: number; width: number }
  | { do: 'take'; times: number }
  | { do: 'popNewest' }
  | { do: 'popOldest' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('push' as const),
    // Often more than a chunk holds.
    times: fc.integer({ min: 1, max: 700 }),
    width: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ do: fc.constant('take' as const), times: fc.integer({ min: 1, max: 1500 }) }),
  fc.record({ do: fc.constant('popNewest' as const) }),
  fc.record({ do: fc.constant('popOldest' as const) }),
);

function envelopeOf(key: number): Envelope {
  return new Envelope({
    key,
    deadline: Infinity,
    signals: [],
    runInContext: undefined,
    depth: 0,
    id: undefined,
    correlationId: undefined,
    causationId: undefined,
    createId: () => 'id',
  });
}

const label = (task: QueuedTask): string => `${task.hook.name}${String(task.data)}`;

describe('the queue', () => {
  test('does what a plain array of tasks does, from both ends and across chunks', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const queue = new EmitQueue();
        const model: string[][] = [];
        let emits = 0;
        for (const command of steps) {
          if (command.do === 'push') {
            for (let i = 0; i < command.times; i++) {
              const data = emits++;
              const to = hooks.slice(0, command.width);
              const envelope = envelopeOf(data);
              queue.push(to, data, data, data % 3 === 0 ? envelope : undefined);
              model.push(to.map((hook) => `${hook.name}${data}`));
            }
          } else if (command.do === 'take') {
            for (let i = 0; i < command.times && queue.tasks > 0; i++) {
              const hook = queue.take();
              if (hook === undefined) expect.unreachable();
              const { takenData: data, takenAt: emittedAt, takenEnvelope } = queue;
              const task = { hook, data, emittedAt, envelope: takenEnvelope };
              expect(label(task)).toBe(model[0]?.shift());
              expect(task.emittedAt).toBe(task.data);
              expect(task.envelope?.key).toBe(Number(task.data) % 3 === 0 ? task.data : undefined);
              if (model[0]?.length === 0) model.shift();
            }
          } else {
            const taken: string[] = [];
            queue[command.do]((task) => taken.push(label(task)));
            expect(taken).toEqual((command.do === 'popNewest' ? model.pop() : model.shift()) ?? []);
          }
          expect(queue.tasks).toBe(model.flat().length);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('does not hold on to data once it has been taken', async () => {
    const queue = new EmitQueue();
    queue.push(hooks.slice(0, 1), { big: true }, 0);
    expect(queue.take()).toBe(hooks[0]);
    expect(queue.takenData).toEqual({ big: true });
    queue.forgetTaken();
    expect(queue.takenData).toBeUndefined();
    expect(queue.tasks).toBe(0);
    expect(queue.take()).toBeUndefined();
    queue.popNewest(() => expect.unreachable());
    queue.popOldest(() => expect.unreachable());
  });
});
