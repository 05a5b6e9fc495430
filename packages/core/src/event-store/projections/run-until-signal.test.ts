import process from 'node:process';
import { expect, test } from 'vitest';
import { sleep } from '../../resilience/index.ts';
import { runUntilSignal } from './index.ts';
import { createProjectionRunner } from './runner.ts';
import { simulated } from './runner-bed.ts';

test('a signal stops the runner, which finishes its batch, and the listeners are removed', async () => {
  await simulated(async (bed) => {
    const runner = createProjectionRunner(bed.store, {
      projections: [bed.projection(() => sleep(1_000))],
    });
    const ended = runUntilSignal(runner, { signals: ['SIGUSR2'] });
    await bed.append('1', 'a');
    await sleep(500);
    process.emit('SIGUSR2', 'SIGUSR2');
    expect(await ended).toBe('SIGUSR2');
    expect(bed.types()).toEqual(['a']);
    expect(process.listenerCount('SIGUSR2')).toBe(0);
    expect(await runner.status()).toMatchObject([{ unowned: 8, lag: 0 }]);
  });
});
