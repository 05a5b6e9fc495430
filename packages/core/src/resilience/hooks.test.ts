import { expect, test } from 'vitest';
import { createHooks, withPolicy } from '../hooks/index.ts';
import { simulate } from '../simulation/index.ts';
import { createBreakers } from './breakers/breakers.ts';
import { sleep } from './sleep.ts';

interface Events {
  readonly due: string;
}

const given = () => {
  const breakers = createBreakers({
    failureThreshold: { consecutive: 2 },
    halfOpenAfterMs: 10_000,
  });
  return { breakers, policy: breakers.policy('bank') };
};

test('a handler that hangs to the limit of its hook opens the breaker around it', async () => {
  await simulate({ seed: 1, start: 0 }, async () => {
    const { breakers, policy } = given();
    const hooks = createHooks<Events>({ timeoutMs: 1_000 });
    hooks.hook(
      'due',
      withPolicy(policy, (_, { signal }) => sleep(60_000, signal)),
    );
    hooks.emit('due', 'first');
    hooks.emit('due', 'second');
    await hooks.onIdle();
    expect(hooks.counters()).toMatchObject({ timedOut: 2 });
    expect(breakers.state('bank')).toBe('open');
  });
});

test('a handler that is ended because its hooks close says nothing of the downstream', async () => {
  await simulate({ seed: 1, start: 0 }, async () => {
    const { breakers, policy } = given();
    const hooks = createHooks<Events>({ timeoutMs: 60_000 });
    hooks.hook(
      'due',
      withPolicy(policy, (_, { signal }) => sleep(50_000, signal)),
    );
    for (const data of ['first', 'second', 'third']) hooks.emit('due', data);
    await sleep(10);
    await hooks.close({ timeoutMs: 100 });
    await sleep(100);
    expect(breakers.state('bank')).toBe('closed');
  });
});
