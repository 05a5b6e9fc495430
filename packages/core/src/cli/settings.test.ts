import { expect, test } from 'vitest';
import { z } from 'zod';
import { onOff } from '../scenario/index.ts';
import { describeSettings, parseSettings } from './settings.ts';

const schema = z.object({
  workers: z.number().int().min(1).max(200).default(20).describe('handlers at once'),
  burst: z.number().positive().default(1.5).describe('queue for each worker'),
  share: z.number().min(0).lt(1).default(0.3),
  retries: z.number().int().default(3),
});

test('without --set every setting has its default', () => {
  expect(parseSettings(schema, [])).toEqual({
    settings: { workers: 20, burst: 1.5, share: 0.3, retries: 3 },
    changed: {},
  });
});

test('a value equal to the default is not a change', () => {
  expect(parseSettings(schema, ['workers=20', 'burst=2'])).toMatchObject({
    settings: { workers: 20, burst: 2 },
    changed: { burst: 2 },
  });
});

test('changes stand in the order of the schema, so that a replay does not depend on typing', () => {
  const { changed } = parseSettings(schema, ['retries=1', 'workers=4']);
  expect(Object.keys(changed)).toEqual(['workers', 'retries']);
});

test('settings are described with default and range', () => {
  expect(describeSettings(schema)).toEqual([
    {
      name: 'workers',
      description: 'handlers at once',
      default: 20,
      range: 'a whole number from 1 to 200',
    },
    {
      name: 'burst',
      description: 'queue for each worker',
      default: 1.5,
      range: 'a number above 0',
    },
    { name: 'share', description: '', default: 0.3, range: 'a number of at least 0 and below 1' },
    { name: 'retries', description: '', default: 3, range: 'a whole number' },
  ]);
});

test.each([
  [z.number().int().positive(), 'a whole number of at least 1'],
  [z.number().int().positive().max(9), 'a whole number from 1 to 9'],
  [z.number().int().max(9), 'a whole number of at most 9'],
  [z.number().positive().max(9), 'a number of at most 9 and above 0'],
  [z.number().min(5).multipleOf(5), 'a number of at least 5, in steps of 5'],
  [z.number(), 'a number'],
])('a range is named in words, case %#', (field, range) => {
  expect(describeSettings(z.object({ field }))).toMatchObject([{ range }]);
});

test.each([
  ['wrkers=20', 'there is no setting "wrkers". Did you mean workers? Use one of workers, burst'],
  ['__proto__=1', 'there is no setting "__proto__". Use one of'],
  ['workers', 'not of the form key=value'],
  ['=20', 'not of the form key=value'],
  ['workers=many', '"many" is not a number. workers is a whole number from 1 to 200.'],
  ['workers=', '"" is not a number'],
  ['workers=0x10', '"0x10" is not a number'],
  ['workers=Infinity', '"Infinity" is not a number'],
  ['workers=0', '0 is out of range. workers is a whole number from 1 to 200.'],
  ['workers=1.5', '1.5 is out of range'],
  ['burst=-1', 'burst is a number above 0.'],
])('--set %s is refused', (assignment, message) => {
  expect(() => parseSettings(schema, [assignment])).toThrow(`--set ${assignment}: `);
  expect(() => parseSettings(schema, [assignment])).toThrow(message);
});

test('a setting that is set twice is refused', () => {
  expect(() => parseSettings(schema, ['workers=1', 'workers=2'])).toThrow('workers is set twice');
});

test('settings that do not fit together are refused with the reason of the schema', () => {
  const together = z
    .object({ low: z.number().default(1), high: z.number().default(2) })
    .refine(({ low, high }) => low < high, { error: 'low must be under high', path: ['low'] });
  expect(() => parseSettings(together, ['low=3'])).toThrow(
    'Failed to read --set low=3: low: low must be under high.',
  );
});

test('what is on or off is said in words, or as the 1 of a drawn storm', () => {
  const switches = z.object({ ledger: onOff('a double-entry ledger') });
  expect(describeSettings(switches)).toEqual([
    { name: 'ledger', description: 'a double-entry ledger', default: 'off', range: 'on or off' },
  ]);
  expect(parseSettings(switches, [])).toEqual({ settings: { ledger: false }, changed: {} });
  for (const text of ['on', '1']) {
    expect(parseSettings(switches, [`ledger=${text}`]).settings).toEqual({ ledger: true });
  }
  expect(parseSettings(switches, ['ledger=off']).changed).toEqual({});
  expect(() => parseSettings(switches, ['ledger=yes'])).toThrow('ledger is on or off.');
});
