import { sleep } from '../../resilience/index.ts';
import type { SystemContext } from '../context.ts';
import type { Implementation } from '../implementation.ts';
import type { ClosableSystem, ExampleTypes } from '../types.ts';

/** What each lazy system does, and how it is called. */
export const lazyNames = [
  'refuses-everybody',
  'says-yes',
  'first-hundred',
  'too-late',
  'drops-every-tenth',
] as const;
/** The name of a system that does less than it should. */
export type LazyName = (typeof lazyNames)[number];

export interface LazyOptions<E extends ExampleTypes> {
  /** The implementation that works when it works. */
  readonly repaired: Implementation<E>;
  /** A system that refuses whatever it is asked. */
  readonly refuse: (context: SystemContext<E>) => E['system'];
  /** A system that says yes to whatever it is asked, and does nothing. */
  readonly sayYes: (context: SystemContext<E>) => E['system'];
  /** Longer than anybody waits, in ms. */
  readonly tooLateMs: number;
  /** What each of them breaks in the storm: these rules and no other. */
  readonly breaks: Readonly<Record<LazyName, readonly string[]>>;
}

/** Lazy systems come after every week in a table. */
const weekOfLazy = 90;

/**
 * Systems that do as little as they can get away with. Whoever judges has to see through each of
 * them: one refuses everybody, one says yes and does nothing, one serves the first hundred, one does
 * everything right after everybody has left, one drops every tenth.
 */
export function lazySystems<E extends ExampleTypes>(
  options: LazyOptions<E>,
): Readonly<Record<LazyName, Implementation<E>>> {
  const { repaired, refuse, sayYes, tooLateMs, breaks } = options;
  const lazy = (
    name: LazyName,
    flaw: string,
    create: Implementation<E>['create'],
  ): Implementation<E> => ({ name, week: weekOfLazy, flaw, breaks: breaks[name], create });

  return {
    'refuses-everybody': lazy('refuses-everybody', 'refuses whatever it is asked', refuse),
    'says-yes': lazy('says-yes', 'says yes to everything, and does nothing', sayYes),
    'first-hundred': lazy(
      'first-hundred',
      'serves the first hundred and refuses the rest',
      (context) => {
        let served = 0;
        return eachCall(repaired.create(context), refuse(context), () => {
          served += 1;
          return served <= 100 ? 'first' : 'second';
        });
      },
    ),
    'too-late': lazy('too-late', 'does everything right after everybody has left', (context) =>
      eachCall(repaired.create(context), refuse(context), async () => {
        await sleep(tooLateMs);
        return 'first' as const;
      }),
    ),
    'drops-every-tenth': lazy(
      'drops-every-tenth',
      'says yes to every tenth and does nothing for it',
      (context) => {
        let calls = 0;
        return eachCall(repaired.create(context), sayYes(context), () => {
          calls += 1;
          return calls % 10 === 0 ? 'second' : 'first';
        });
      },
    ),
  };
}

type Choice = 'first' | 'second';
type Call = (...args: readonly unknown[]) => unknown;

/** Two systems in one: each call goes to the one that is chosen for it; both are closed. */
function eachCall<System extends ClosableSystem>(
  first: System,
  second: System,
  choose: () => Choice | Promise<Choice>,
): System {
  return new Proxy(first, {
    get(target, name) {
      const own: unknown = Reflect.get(target, name, target);
      if (typeof own !== 'function') return own;
      if (name === 'close')
        return async () => {
          await Promise.all([first.close(), second.close()]);
        };
      const call = (choice: Choice, args: readonly unknown[]): unknown => {
        const system = choice === 'first' ? first : second;
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both systems have the same calls
        return Reflect.apply(Reflect.get(system, name, system) as Call, system, args);
      };
      return (...args: readonly unknown[]): unknown => {
        const choice = choose();
        return choice instanceof Promise
          ? choice.then((chosen) => call(chosen, args))
          : call(choice, args);
      };
    },
  });
}
