import { describe, expect, test } from 'vitest';
import { chosen, planProofs, rulesToProve, type Subject, titlesOf } from './plan.ts';

const shop: Subject = {
  name: 'shop',
  rules: ['sold-once', 'answers', 'in-time', 'stock-right', 'unguarded'],
  planted: [
    { name: 'one', breaks: ['sold-once'] },
    { name: 'two', breaks: ['sold-once', 'stock-right'] },
  ],
  implementations: [
    { name: 'naive', breaks: ['sold-once', 'in-time'] },
    { name: 'apart', breaks: ['answers'] },
    { name: 'hardened' },
  ],
  lazy: [{ name: 'says-yes', breaks: ['answers'] }],
  told: ['naive', 'hardened'],
};
const bakery: Subject = { ...shop, name: 'bakery', rules: ['fresh'] };

const breakerOf = (rule: string) => planProofs(shop, [rule])[0];

describe('the plan of proofs', () => {
  test('a planted bug goes first, as it runs alone, and the one that breaks most', () => {
    expect(breakerOf('sold-once')).toEqual({
      rule: 'sold-once',
      breaker: 'two',
      file: 'test/planted.bank.ts',
    });
  });

  test('a system that is run alone goes before those that are run together', () => {
    expect(breakerOf('answers')).toMatchObject({
      breaker: 'apart',
      file: 'test/scenarios.test.ts',
    });
    expect(breakerOf('in-time')).toMatchObject({ breaker: 'naive' });
  });

  test('a rule that nobody breaks has no breaker', () => {
    expect(breakerOf('unguarded')?.breaker).toBeUndefined();
  });
});

test('the titles are those of the systems asked for, and of no other whose name is in them', () => {
  const titles = titlesOf(['two', 'a.b']);
  expect('two breaks exactly the rules that it declares').toMatch(titles);
  expect('in the storm > a.b breaks exactly the rules that it declares').toMatch(titles);
  expect('in the storm a.b breaks exactly the rules that it declares').toMatch(titles);
  expect('in the storm forty-two breaks exactly the rules that it declares').not.toMatch(titles);
  expect('in the storm acb breaks exactly the rules that it declares').not.toMatch(titles);
});

describe('what was asked for', () => {
  test('is all of them without a name, else the named in their order', () => {
    expect(chosen([], ['a', 'b', 'c'])).toEqual(['a', 'b', 'c']);
    expect(chosen(['c', 'a', 'c'], ['a', 'b', 'c'])).toEqual(['a', 'c']);
  });

  test('is refused with a guess if there is no such example', () => {
    expect(() => chosen(['bakrey'], ['shop', 'bakery'])).toThrow(/"bakrey".*Did you mean bakery\?/);
  });

  test('is one rule in each example that has it', () => {
    expect(rulesToProve([shop, bakery], 'fresh')).toEqual([{ subject: bakery, rules: ['fresh'] }]);
  });

  test('is refused with a guess if no example has such a rule', () => {
    expect(() => rulesToProve([shop, bakery], 'fersh')).toThrow(
      /--rule=fersh.*Did you mean fresh\?/,
    );
  });
});
