import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Backoff } from '../../resilience/index.ts';
import {
  type Flow,
  type FlowLogEntry,
  type FlowTypes,
  flowWords,
  PermanentError,
  type RunningFlow,
} from '../index.ts';

/** One engine, for the tests that hold for all. */
export interface EngineUnderTest {
  /** Runs `body` with as many processes of one flow as are asked for. */
  readonly within: <F extends FlowTypes>(
    options: {
      readonly flow: Flow<F>;
      readonly outside: F['outside'];
      readonly processes?: number;
      readonly log?: (entry: FlowLogEntry) => void;
    },
    body: (processes: readonly RunningFlow<F>[]) => Promise<void>,
  ) => Promise<void>;
}

const events = {
  started: z.object({ id: z.string(), amount: z.number().default(1) }),
  followed: z.object({ id: z.string() }),
  finished: z.object({ id: z.string() }),
};

interface Chain extends FlowTypes {
  readonly events: typeof events;
  readonly outside: { readonly seen: string[] };
  readonly tables: { readonly sums: number };
}

const { step, defineFlow } = flowWords<Chain>();
const byNature = { byNature: 'it only notes' };
const atOnce: Backoff = { initialMs: 5, maxMs: 10, factor: 1, jitter: 'none' };

const firstOf = <T>(list: readonly T[]): T => {
  const [first] = list;
  if (first === undefined) throw new RangeError('There is none.');
  return first;
};

/** Declares the tests that hold for every engine, with vitest. */
export function engineContract({ within }: EngineUnderTest): void {
  test('what follows from an event carries its correlation id, and the id of what caused it', async () => {
    const seen: string[] = [];
    const flow = defineFlow({
      name: 'chain',
      events,
      steps: [
        step('begin', {
          on: 'started',
          idempotent: byNature,
          run: ({ id }) => ({ event: 'followed', data: { id } }),
        }),
        step('end', {
          on: 'followed',
          idempotent: byNature,
          run({ id }, { event, outside }) {
            outside.seen.push(`${id} ${event.correlationId} ${event.causationId} ${event.depth}`);
          },
        }),
      ],
    });
    await within({ flow, outside: { seen } }, async (processes) => {
      const first = firstOf(processes);
      await first.publish('started', { id: 'a' }, { id: 'first' });
      await first.onIdle();
      expect(seen).toEqual(['a first first 1']);
    });
  });

  test('an event is taken in once, however often it is published', async () => {
    const seen: string[] = [];
    const flow = noting();
    await within({ flow, outside: { seen } }, async (processes) => {
      const first = firstOf(processes);
      expect(await first.publish('started', { id: 'a' }, { id: 'x' })).toEqual({
        id: 'x',
        isNew: true,
      });
      await first.onIdle();
      expect(await first.publish('started', { id: 'a' }, { id: 'x' })).toEqual({
        id: 'x',
        isNew: false,
      });
      await first.onIdle();
      expect(seen).toEqual(['a']);
    });
  });

  test('data that does not match the schema is refused at the door, and named', async () => {
    await within({ flow: noting(), outside: { seen: [] } }, async (processes) => {
      const wrong: { id: string } = JSON.parse('{"id": 7}');
      await expect(firstOf(processes).publish('started', wrong)).rejects.toThrow(
        /^Failed to publish started: id: .*expected string/,
      );
    });
  });

  test('a step that fails is tried again; when its attempts are used up, what it left is undone', async () => {
    const seen: string[] = [];
    const flow = defineFlow({
      name: 'failing',
      events,
      steps: [
        step('fail', {
          on: 'started',
          idempotent: byNature,
          retry: { maxAttempts: 3, backoff: atOnce },
          run(_, { attempt, outside }) {
            outside.seen.push(`attempt ${attempt}`);
            throw new Error('not today');
          },
          whenDead: ({ id }, { reason }) => ({
            event: 'finished',
            data: { id: `${id}: ${reason}` },
          }),
        }),
        step('undo', {
          on: 'finished',
          idempotent: byNature,
          run: ({ id }, { outside }) => void outside.seen.push(id),
        }),
      ],
    });
    await within({ flow, outside: { seen } }, async (processes) => {
      const first = firstOf(processes);
      await first.publish('started', { id: 'a' });
      await first.onIdle();
      expect(seen).toEqual(['attempt 1', 'attempt 2', 'attempt 3', 'a: attempts-used-up']);
      expect(await first.deadLetters.list()).toMatchObject([
        { step: 'fail', reason: 'attempts-used-up', attempts: 3, error: { message: 'not today' } },
      ]);
    });
  });

  test('a dead letter is replayed, with fresh attempts', async () => {
    const seen: string[] = [];
    let isBroken = true;
    const flow = defineFlow({
      name: 'replayed',
      events,
      steps: [
        step('try', {
          on: 'started',
          idempotent: { key: ({ id }) => id },
          run({ id }, { outside, attempt }) {
            if (isBroken) throw new PermanentError('no use');
            outside.seen.push(`${id} ${attempt}`);
          },
        }),
      ],
    });
    await within({ flow, outside: { seen } }, async (processes) => {
      const first = firstOf(processes);
      await first.publish('started', { id: 'a' });
      await first.onIdle();
      expect(await first.deadLetters.list()).toMatchObject([{ reason: 'permanent', attempts: 1 }]);
      isBroken = false;
      expect(await first.deadLetters.replay()).toBe(1);
      await first.onIdle();
      expect(seen).toEqual(['a 1']);
      expect(await first.deadLetters.list()).toEqual([]);
    });
  });

  test('work with the same key is done once, under different events', async () => {
    const seen: string[] = [];
    const flow = defineFlow({
      name: 'keyed',
      events,
      steps: [
        step('once', {
          on: 'started',
          idempotent: { key: ({ id }) => id },
          run: ({ id }, { outside, idempotencyKey }) =>
            void outside.seen.push(`${id} as ${idempotencyKey}`),
        }),
      ],
    });
    await within({ flow, outside: { seen } }, async (processes) => {
      const first = firstOf(processes);
      await first.publish('started', { id: 'a' }, { id: 'x' });
      await first.onIdle();
      await first.publish('started', { id: 'a' }, { id: 'y' });
      await first.onIdle();
      expect(seen).toEqual(['a as once/a']);
    });
  });

  test('events with the same key come one at a time, in their order, while one is tried again', async () => {
    const seen: string[] = [];
    const flow = defineFlow({
      name: 'ordered',
      events,
      steps: [
        step('note', {
          on: 'started',
          idempotent: byNature,
          key: ({ id }) => id,
          retry: { maxAttempts: 3, backoff: atOnce },
          async run({ amount }, { outside, attempt }) {
            await Promise.resolve();
            if (amount === 0 && attempt === 1) throw new Error('once more');
            outside.seen.push(String(amount));
          },
        }),
      ],
    });
    await within({ flow, outside: { seen }, processes: 2 }, async (processes) => {
      for (let amount = 0; amount < 5; amount += 1) {
        await processes[amount % 2]?.publish('started', { id: 'a', amount });
      }
      await firstOf(processes).onIdle();
      expect(seen).toEqual(['0', '1', '2', '3', '4']);
    });
  });

  test('tables are written with the end of a step, and not by one that fails; nothing is lost between two', async () => {
    const flow = defineFlow({
      name: 'adding',
      events,
      steps: [
        step('add', {
          on: 'started',
          idempotent: { key: ({ id }) => id },
          retry: { maxAttempts: 3, backoff: atOnce },
          async run({ amount }, { tables, attempt }) {
            tables.set('sums', 'all', ((await tables.get('sums', 'all')) ?? 0) + amount);
            if (attempt === 1 && amount === 3) throw new Error('after it has written');
          },
        }),
      ],
    });
    await within({ flow, outside: { seen: [] }, processes: 2 }, async (processes) => {
      for (let amount = 1; amount <= 10; amount += 1) {
        await processes[amount % 2]?.publish('started', { id: `${amount}`, amount });
      }
      await firstOf(processes).onIdle();
      expect(await firstOf(processes).read('sums', 'all')).toBe(55);
    });
  });

  test('a chain that has no end is stopped, and its circle is named', async () => {
    const flow = defineFlow({
      name: 'circle',
      events,
      maxChainLength: 30,
      steps: [
        step('there', {
          on: 'started',
          idempotent: byNature,
          run: ({ id }) => ({ event: 'followed', data: { id } }),
        }),
        step('back', {
          on: 'followed',
          idempotent: byNature,
          run: ({ id }) => ({ event: 'started', data: { id } }),
        }),
      ],
    });
    await within({ flow, outside: { seen: [] } }, async (processes) => {
      const first = firstOf(processes);
      await first.publish('started', { id: 'a' });
      await first.onIdle();
      const [letter] = await first.deadLetters.list();
      expect(letter?.reason).toBe('endless-chain');
      expect(letter?.error.message).toContain('started > followed > started > followed');
    });
  });

  test('a log entry carries the ids of its event', async () => {
    const entries: FlowLogEntry[] = [];
    const flow = defineFlow({
      name: 'logging',
      events,
      steps: [
        step('say', {
          on: 'started',
          idempotent: byNature,
          run: (_, { log }) => log('info', 'here', { more: 1 }),
        }),
      ],
    });
    await within(
      { flow, outside: { seen: [] }, log: (entry) => entries.push(entry) },
      async (processes) => {
        await firstOf(processes).publish('started', { id: 'a' }, { id: 'x' });
        await firstOf(processes).onIdle();
        expect(entries).toMatchObject([
          {
            level: 'info',
            text: 'here',
            flow: 'logging',
            step: 'say',
            eventId: 'x',
            correlationId: 'x',
            fields: { more: 1 },
          },
        ]);
      },
    );
  });

  describe('a flow that was stopped', () => {
    test('takes nothing in, and leaves what waits to the others', async () => {
      const seen: string[] = [];
      await within({ flow: noting(), outside: { seen }, processes: 2 }, async (processes) => {
        const [first, second] = processes;
        await first?.stop();
        await expect(first?.publish('started', { id: 'a' })).rejects.toThrow('was stopped');
        expect(await first?.health()).toMatchObject({ isHealthy: false });
        await second?.publish('started', { id: 'b' });
        await second?.onIdle();
        expect(seen).toEqual(['b']);
      });
    });
  });
}

function noting(): Flow<Chain> {
  return defineFlow({
    name: 'noting',
    events,
    steps: [
      step('note', {
        on: 'started',
        idempotent: byNature,
        run: ({ id }, { outside }) => void outside.seen.push(id),
      }),
    ],
  });
}
