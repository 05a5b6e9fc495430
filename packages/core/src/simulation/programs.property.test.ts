import { setTimeout as after } from 'node:timers/promises';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { simulate, type Simulation } from './index.ts';

/** One task of a random program: waits, then starts its children, clears a timer, or blocks. */
interface Task {
  readonly delayMs: number;
  readonly kind: 'timer' | 'promise' | 'immediate' | 'blocking';
  readonly children: readonly Task[];
}

function anyTask(depth: number): fc.Arbitrary<Task> {
  return fc.record({
    delayMs: fc.integer({ min: 1, max: 20_000 }).map((us) => us / 1000),
    kind: fc.constantFrom('timer', 'promise', 'immediate', 'blocking'),
    children: depth === 0 ? fc.constant([]) : fc.array(anyTask(depth - 1), { maxLength: 3 }),
  });
}

const anyProgram = fc.array(anyTask(3), { minLength: 1, maxLength: 8 });

interface Event {
  readonly id: number;
  readonly kind: Task['kind'];
  readonly armedAtMs: number;
  readonly delayMs: number;
  readonly atMs: number;
  readonly drawn: number;
}

/** Runs the program, and tells what happened in the order in which it did. */
async function execute(program: readonly Task[], seed: number): Promise<Event[]> {
  const { value } = await simulate({ seed, start: 0 }, async (sim) => {
    const events: Event[] = [];
    const ids = { next: 0 };
    await Promise.all(program.map((one) => perform(sim, one, events, ids)));
    return events;
  });
  return value;
}

async function perform(
  sim: Simulation,
  { delayMs, kind, children }: Task,
  events: Event[],
  ids: { next: number },
): Promise<void> {
  const id = ids.next;
  ids.next += 1;
  const armedAtMs = sim.elapsedMs();
  if (kind === 'promise') await after(delayMs);
  else if (kind === 'immediate') await new Promise((resolve) => setImmediate(resolve));
  else await new Promise((resolve) => setTimeout(resolve, delayMs));
  events.push({ id, kind, armedAtMs, delayMs, atMs: sim.elapsedMs(), drawn: Math.random() });
  if (kind === 'blocking') sim.blockEventLoop(delayMs);
  await Promise.all(children.map((child) => perform(sim, child, events, ids)));
}

const withoutBlocking = (tasks: readonly Task[]): Task[] =>
  tasks.map((one) => ({
    ...one,
    kind: one.kind === 'blocking' ? 'timer' : one.kind,
    children: withoutBlocking(one.children),
  }));

const toUs = (ms: number): number => Math.round(ms * 1000);

describe('any program of timers', () => {
  it('meets its times exactly, and in order, when nothing blocks', async () => {
    await fc.assert(
      fc.asyncProperty(anyProgram, async (program) => {
        const events = await execute(withoutBlocking(program), 1);
        expect(events.map(({ atMs }) => toUs(atMs))).toEqual(
          events.map(({ kind, armedAtMs, delayMs }) =>
            kind === 'immediate' ? toUs(armedAtMs) : toUs(armedAtMs) + toUs(delayMs),
          ),
        );
        const times = events.map(({ atMs }) => atMs);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }),
    );
  });

  it('is never early when something blocks, and time never goes back', async () => {
    await fc.assert(
      fc.asyncProperty(anyProgram, async (program) => {
        const events = await execute(program, 1);
        const early = events.filter(
          ({ kind, armedAtMs, delayMs, atMs }) =>
            kind !== 'immediate' && toUs(atMs) < toUs(armedAtMs) + toUs(delayMs),
        );
        expect(early).toEqual([]);
        const times = events.map(({ atMs }) => atMs);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }),
    );
  });

  it('gives the same stream of events for the same seed', async () => {
    await fc.assert(
      fc.asyncProperty(anyProgram, fc.nat(), async (program, seed) => {
        expect(await execute(program, seed)).toEqual(await execute(program, seed));
      }),
    );
  });
});
