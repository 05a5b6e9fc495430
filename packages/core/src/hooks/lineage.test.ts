import { describe, expect, test } from 'vitest';
import {
  createHooks,
  type DeadLetter,
  type EmitCause,
  type EmitResult,
  type HookPolicy,
  withPolicy,
} from './index.ts';

interface Events {
  ordered: number;
  paid: number;
  shipped: number;
}

type Ids = Pick<DeadLetter, 'id' | 'correlationId' | 'causationId'>;
const idsOf = ({ id, correlationId, causationId }: Ids): Ids => ({
  id,
  correlationId,
  causationId,
});

function counting(): () => string {
  let ids = 0;
  return () => `e${++ids}`;
}

describe('the ids of an emit', () => {
  test('go from emit to emit: one correlation, and a causation for each step', async () => {
    const hooks = createHooks<Events>({ createId: counting() });
    const seen: Record<string, Ids[]> = { ordered: [], paid: [], shipped: [] };
    hooks.hook('ordered', async (n, context) => {
      seen['ordered']?.push(idsOf(context));
      await Promise.resolve();
      hooks.emit('paid', n, { cause: context });
    });
    hooks.hook('paid', (n, context) => {
      seen['paid']?.push(idsOf(context));
      hooks.emit('shipped', n, { cause: context });
    });
    hooks.hook('shipped', (_n, context) => seen['shipped']?.push(idsOf(context)));
    hooks.emit('ordered', 1);
    await hooks.onIdle();
    expect(seen).toEqual({
      ordered: [{ id: 'e1', correlationId: 'e1', causationId: undefined }],
      paid: [{ id: 'e2', correlationId: 'e1', causationId: 'e1' }],
      shipped: [{ id: 'e3', correlationId: 'e1', causationId: 'e2' }],
    });
  });

  test('are the same for all handlers of the emit, whichever asks first', async () => {
    const hooks = createHooks<Events>({ createId: counting() });
    const ids: string[] = [];
    hooks.hook('ordered', () => undefined);
    hooks.hook('ordered', (_n, { id }) => ids.push(id));
    hooks.hook('ordered', (_n, { id }) => ids.push(id));
    hooks.emit('ordered', 1);
    hooks.emit('ordered', 2);
    await hooks.onIdle();
    expect(ids).toEqual(['e1', 'e1', 'e2', 'e2']);
  });

  test('can be given, and come from outside: a request, or a message', async () => {
    const hooks = createHooks<Events>();
    const seen: Ids[] = [];
    hooks.hook('ordered', (_n, context) => seen.push(idsOf(context)));
    hooks.emit('ordered', 1, { id: 'order-1', correlationId: 'request-7' });
    hooks.emit('ordered', 2, { id: 'order-2', cause: { id: 'message-9', correlationId: 'c' } });
    await hooks.onIdle();
    expect(seen).toEqual([
      { id: 'order-1', correlationId: 'request-7', causationId: undefined },
      { id: 'order-2', correlationId: 'c', causationId: 'message-9' },
    ]);
  });

  test('are made only when somebody asks', async () => {
    let made = 0;
    const hooks = createHooks<Events>({ createId: () => String(++made) });
    hooks.hook('ordered', (_n, { lane }) => lane);
    hooks.emit('ordered', 1, { key: 'k' });
    await hooks.onIdle();
    expect(made).toBe(0);
  });

  test('are random by default', async () => {
    const hooks = createHooks<Events>();
    const ids: string[] = [];
    hooks.hook('ordered', (_n, { id }) => ids.push(id));
    hooks.emit('ordered', 1);
    hooks.emit('ordered', 1);
    await hooks.onIdle();
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });

  test('stand in the dead letter, as far as they are known', async () => {
    const letters: DeadLetter[] = [];
    const hooks = createHooks<Events>({ onDeadLetter: (letter) => letters.push(letter) });
    hooks.hook('ordered', () => Promise.reject(new Error('no')));
    hooks.emit('ordered', 1, { id: 'order-1', correlationId: 'request-7' });
    hooks.emit('ordered', 2);
    await hooks.onIdle();
    expect(letters.map((letter) => idsOf(letter))).toEqual([
      { id: 'order-1', correlationId: 'request-7', causationId: undefined },
      { id: undefined, correlationId: undefined, causationId: undefined },
    ]);
  });

  test('go on from a dead letter that is given as the cause of another try', async () => {
    const hooks = createHooks<Events>({
      onDeadLetter: (letter): void => void hooks.emit('paid', letter.data, { cause: letter }),
    });
    const seen: Ids[] = [];
    hooks.hook('ordered', () => Promise.reject(new Error('no')));
    hooks.hook('paid', (_n, context) => seen.push(idsOf(context)));
    hooks.emit('ordered', 1, { id: 'order-1', correlationId: 'request-7' });
    await hooks.onIdle();
    expect(seen).toEqual([
      { id: expect.any(String), correlationId: 'request-7', causationId: 'order-1' },
    ]);
  });

  test('go on under a policy, whose attempts have a context of their own', async () => {
    const hooks = createHooks<Events>({ createId: counting() });
    const once: HookPolicy = {
      execute: async (fn) => fn({ signal: new AbortController().signal }),
    };
    const seen: Ids[] = [];
    hooks.hook(
      'ordered',
      withPolicy(once, (n, context) => hooks.emit('paid', n, { cause: context })),
    );
    hooks.hook('paid', (_n, context) => seen.push(idsOf(context)));
    hooks.emit('ordered', 1);
    await hooks.onIdle();
    expect(seen).toEqual([{ id: 'e2', correlationId: 'e1', causationId: 'e1' }]);
  });
});

describe('a chain that never ends', () => {
  type Emit = (n: number, cause: EmitCause) => void;
  type Endless = (n: number, context: EmitCause) => unknown;
  const endless: [string, (emit: Emit) => Endless][] = [
    ['at once', (emit) => (n, context) => emit(n, context)],
    [
      'after an await, and says so',
      (emit) => async (n, context) => {
        await Promise.resolve();
        emit(n, context);
      },
    ],
  ];

  test('is ended, with a dead letter that says why', async () => {
    const letters: DeadLetter[] = [];
    const hooks = createHooks<Events>({
      maxChainLength: 10,
      onDeadLetter: (letter) => letters.push(letter),
    });
    let calls = 0;
    hooks.hook('ordered', (n) => {
      calls++;
      hooks.emit('paid', n + 1);
    });
    hooks.hook('paid', (n) => {
      calls++;
      hooks.emit('ordered', n + 1);
    });
    hooks.emit('ordered', 0);
    await hooks.onIdle();
    expect(calls).toBe(11);
    expect(letters).toMatchObject([{ event: 'paid', data: 11, reason: 'refused', started: false }]);
    expect(String(letters[0]?.error)).toMatch(/maxChainLength/);
  });

  test.each(endless)('is noticed when its handlers emit %s', async (_how, handlerOf) => {
    const hooks = createHooks<Events>({ maxChainLength: 5 });
    const refusals: EmitResult[] = [];
    let calls = 0;
    const handler = handlerOf((n, cause) => {
      calls++;
      const result = hooks.emit('ordered', n + 1, { cause });
      if (!result.admitted) refusals.push(result);
    });
    hooks.hook('ordered', handler);
    hooks.emit('ordered', 0);
    await hooks.onIdle();
    expect(calls).toBe(6);
    expect(refusals).toMatchObject([{ reason: 'chain-too-long' }]);
  });

  test('of an observer that puts every failure back at once is ended as well', async () => {
    const results: EmitResult[] = [];
    const hooks = createHooks<Events>({
      maxChainLength: 5,
      onDeadLetter: ({ data }): void => {
        results.push(hooks.emit('ordered', data));
      },
    });
    hooks.hook('ordered', () => Promise.reject(new Error('always')));
    hooks.emit('ordered', 1);
    await hooks.onIdle();
    expect(results.map((result) => ('reason' in result ? result.reason : 'admitted'))).toEqual([
      ...Array.from({ length: 5 }, () => 'admitted'),
      'chain-too-long',
    ]);
  });

  test('is no chain when every emit comes from outside, or the limit is lifted', async () => {
    const hooks = createHooks<Events>({ maxChainLength: Infinity });
    let calls = 0;
    hooks.hook('ordered', (n) => {
      calls++;
      if (n < 5_000) hooks.emit('ordered', n + 1);
    });
    hooks.emit('ordered', 0);
    await hooks.onIdle();
    expect(calls).toBe(5_001);
  });
});
