import { describe, expect, it } from 'vitest';
import { sleep } from '../resilience/index.ts';
import { real } from './real.ts';
import { type Simulation, simulate } from './simulate.ts';
import { Steps } from './steps.ts';

/** Turns of the real loop that as many steps take, one after the other. */
async function turnsOf(count: number, needsTurns: boolean): Promise<number> {
  let turns = 0;
  let isOver = false;
  const countTurn = (): void => {
    turns += 1;
    if (!isOver) real.setImmediate(countTurn);
  };
  real.setImmediate(countTurn);
  await new Promise<void>((resolve) => {
    let left = count;
    const steps: Steps = new Steps(
      () => {
        left -= 1;
        if (left === 0) resolve();
        else steps.request();
      },
      () => needsTurns,
    );
    steps.request();
  });
  isOver = true;
  return turns;
}

/** When it comes, in virtual milliseconds, while timers fire each millisecond. */
async function comesAt(begin: (sim: Simulation, done: () => void) => void): Promise<number> {
  const { value } = await simulate({ seed: 1, start: '2026-01-01T00:00:00Z' }, async (sim) => {
    let atMs = Infinity;
    await sleep(100);
    begin(sim, () => {
      atMs = sim.elapsedMs() - 100;
    });
    for (let i = 0; i < 50; i += 1) await sleep(1);
    return atMs;
  });
  return value;
}

describe('steps of the loop', () => {
  it('share turns of the real one as long as nothing needs them', async () => {
    expect(await turnsOf(80, false)).toBeLessThan(15);
    expect(await turnsOf(80, true)).toBeGreaterThanOrEqual(80);
  });

  it('come after all that the one before has caused', async () => {
    const seen: string[] = [];
    await new Promise<void>((resolve) => {
      const steps: Steps = new Steps(
        () => {
          seen.push('step');
          if (seen.length > 1) return resolve();
          steps.request();
          process.nextTick(() => {
            void Promise.resolve()
              .then(() => process.nextTick(() => seen.push('tick of a promise of a tick')))
              .then(() => Promise.resolve())
              .then(() => seen.push('chain'));
          });
        },
        () => false,
      );
      steps.request();
    });
    expect(seen).toEqual(['step', 'chain', 'tick of a promise of a tick', 'step']);
  });
});

describe('what needs a turn of the real loop', () => {
  it('is there before time has moved twice: a message to oneself', async () => {
    const atMs = await comesAt((_, done) => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', () => {
        port1.close();
        done();
      });
      port1.start();
      port2.postMessage('');
    });
    expect(atMs).toBeLessThanOrEqual(2);
  });

  it('is there before time has moved twice: an immediate of the real clock', async () => {
    const atMs = await comesAt((sim, done) => {
      sim.real.setImmediate(done);
    });
    expect(atMs).toBeLessThanOrEqual(2);
  });
});
