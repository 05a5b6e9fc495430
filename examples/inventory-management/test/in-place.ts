import {
  simulateSystem,
  type TestPhase,
  type TestPhaseOptions,
} from '@firedrill/core/scenario/testing';
import { example } from '../src/example.ts';
import type { Context } from '../src/system.ts';
import { noShop } from '../src/implementations/hardened/no-shop.ts';
import type { Inventory } from '../src/types.ts';

/** What a test drives that stands alone in the world of a shop: with its services, machines and time. */
export interface InPlace<Part> extends TestPhase<Inventory> {
  readonly part: Part;
}

/** Runs `body` with a part of the shop, in virtual time, where the rest of the shop is not. */
export function inPlace<Part, T>(
  options: Omit<TestPhaseOptions<Inventory>, 'implementation'>,
  make: (context: Context) => Part,
  body: (phase: InPlace<Part>) => Promise<T>,
): Promise<T> {
  let made: { readonly part: Part } | undefined;
  const implementation = {
    name: 'in-place',
    week: 90,
    flaw: 'a part alone',
    breaks: [],
    create(context: Context) {
      made ??= { part: make(context) };
      return { ...noShop('only a part of the shop'), close: async () => {} };
    },
  };
  // A world of few products is soon made.
  const settings = { products: 4, ...options.settings };
  return simulateSystem(example, { ...options, settings, implementation }, (phase) => {
    if (made === undefined) throw new Error('Failed to make the part: no process has started.');
    return body({ ...phase, part: made.part });
  });
}
