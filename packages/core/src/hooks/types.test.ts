import { retry, handleAll } from 'cockatiel';
import { describe, expectTypeOf, test } from 'vitest';
import {
  createHooks,
  type Admitted,
  type DeadLetter,
  type EmitCause,
  type EmitResult,
  type HookHandle,
  type HookPolicy,
  type HookRegistry,
  type RefusalReason,
  type Waiting,
} from './index.ts';

interface Events {
  'payment.captured': { id: string; cents: number };
  'day.closed': void;
  'note.added': string | undefined;
}

describe('the types', () => {
  const hooks = createHooks<Events, 'vip' | 'normal'>({
    lanes: [{ name: 'vip' }, { name: 'normal' }],
    onDeadLetter: (letter) =>
      expectTypeOf(letter).toEqualTypeOf<
        | DeadLetter<'payment.captured', { id: string; cents: number }, 'vip' | 'normal'>
        | DeadLetter<'day.closed', void, 'vip' | 'normal'>
        | DeadLetter<'note.added', string | undefined, 'vip' | 'normal'>
      >(),
  });

  test('give a handler the data of its event, and its context', () => {
    const handle = hooks.hook('payment.captured', (data, context) => {
      expectTypeOf(data).toEqualTypeOf<{ id: string; cents: number }>();
      expectTypeOf(context.event).toEqualTypeOf<'payment.captured'>();
      expectTypeOf(context.lane).toEqualTypeOf<'vip' | 'normal'>();
      expectTypeOf(context.signal).toEqualTypeOf<AbortSignal>();
    });
    expectTypeOf(handle).toEqualTypeOf<HookHandle<'payment.captured'>>();
    // @ts-expect-error no such event
    hooks.hook('payment.lost', () => undefined);
    // @ts-expect-error the data is not a string
    hooks.hook('payment.captured', (data: string) => data);
  });

  test('ask an emit for the data of its event, and for none where there is none', () => {
    expectTypeOf(
      hooks.emit('payment.captured', { id: 'p1', cents: 100 }),
    ).toEqualTypeOf<EmitResult>();
    hooks.emit('payment.captured', { id: 'p1', cents: 100 }, { lane: 'vip', key: 'p1' });
    hooks.emit('day.closed');
    hooks.emit('day.closed', undefined, { timeoutMs: 5 });
    hooks.emit('note.added');
    hooks.emit('note.added', 'text');
    // @ts-expect-error data is missing
    hooks.emit('payment.captured');
    // @ts-expect-error wrong data
    hooks.emit('payment.captured', { id: 7 });
    try {
      // @ts-expect-error no such lane
      hooks.emit('day.closed', undefined, { lane: 'bulk' });
    } catch {
      // refused at run time as well
    }
  });

  test('narrow the data of a dead letter by its event', () => {
    createHooks<Events>({
      onDeadLetter: (letter) => {
        if (letter.event === 'payment.captured') {
          expectTypeOf(letter.data).toEqualTypeOf<{ id: string; cents: number }>();
        } else if (letter.event === 'note.added') {
          expectTypeOf(letter.data).toEqualTypeOf<string | undefined>();
        }
      },
    });
  });

  test('take the context of a handler as a cause, and a signal', () => {
    hooks.hook('day.closed', (_data, context) => {
      expectTypeOf(context).toExtend<EmitCause>();
      expectTypeOf<DeadLetter>().toExtend<EmitCause>();
      hooks.emit('note.added', 'closed', { cause: context, signal: context.signal });
      // @ts-expect-error a string is no cause
      hooks.emit('note.added', 'closed', { cause: context.id });
    });
  });

  test('tell the answers of an emit apart', () => {
    const result: EmitResult = hooks.emit('day.closed');
    if (result.admitted) expectTypeOf(result).toEqualTypeOf<Admitted>();
    else if (result.status === 'waiting') expectTypeOf(result).toEqualTypeOf<Waiting>();
    else expectTypeOf(result.reason).toEqualTypeOf<RefusalReason>();
  });

  test('let a registry register and do nothing else', () => {
    expectTypeOf(hooks.registry).toEqualTypeOf<HookRegistry<Events, 'vip' | 'normal'>>();
    expectTypeOf(hooks.registry).not.toHaveProperty('emit');
    expectTypeOf(hooks.registry).not.toHaveProperty('close');
  });

  test('take policies of cockatiel as they are', () => {
    expectTypeOf(retry(handleAll, {})).toExtend<HookPolicy>();
  });
});
