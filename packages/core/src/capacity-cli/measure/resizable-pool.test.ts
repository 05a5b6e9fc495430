import { expect, test } from 'vitest';
import { simulate } from '../../simulation/index.ts';
import { ResizablePool } from './resizable-pool.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('never runs more than its workers, however it is resized, and loses nothing', async () => {
  await simulate({ seed: 1, start: 0 }, async () => {
    let running = 0;
    let most = 0;
    let done = 0;
    const pool = new ResizablePool<number>({ workers: 2, queueSize: 100 }, async () => {
      running += 1;
      most = Math.max(most, running);
      await pause(10);
      running -= 1;
      done += 1;
    });
    const mostWith = async (workers: number): Promise<number> => {
      pool.resize({ workers, queueSize: 100 });
      await pause(15);
      most = 0;
      await pause(50);
      return most;
    };
    for (let index = 0; index < 90; index += 1) pool.send(index);
    expect(await mostWith(2)).toBe(2);
    expect(await mostWith(5)).toBe(5);
    expect(await mostWith(1)).toBe(1);
    await pool.onIdle();
    expect(done).toBe(90);
  });
});

test('refuses what fits neither its workers nor its queue', async () => {
  await simulate({ seed: 1, start: 0 }, async () => {
    const pool = new ResizablePool<number>({ workers: 1, queueSize: 1 }, () => pause(10));
    expect([pool.send(1), pool.send(2), pool.send(3)]).toEqual([true, true, false]);
    await pool.onIdle();
    expect(pool.send(4)).toBe(true);
    await pool.onIdle();
  });
});
