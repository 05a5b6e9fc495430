import { expect, test } from 'vitest';
import { checkTraceFields } from './check-trace.ts';
import { TraceError } from './errors.ts';

const trace = {
  file: 'traffic.csv',
  arrivals: [
    { line: 2, atMs: 0, fields: { amount: '10' } },
    { line: 3, atMs: 5, fields: { amount: 'ten' } },
  ],
};

const remedyFor = (_field: string, text: string) =>
  Number.isNaN(Number(text)) ? 'Use a number.' : undefined;

test('a field that nobody knows is refused, naming file, line and field', () => {
  expect(() => checkTraceFields(trace, ['merchant'])).toThrow(
    'traffic.csv, line 2, field "amount": nobody knows this field. Use merchant, or leave it out.',
  );
});

test('a value that is wrong is refused with its remedy', () => {
  expect(() => checkTraceFields(trace, ['amount'], remedyFor)).toThrow(TraceError);
  expect(() => checkTraceFields(trace, ['amount'], remedyFor)).toThrow(
    'traffic.csv, line 3, field "amount": got "ten". Use a number.',
  );
});

test('fields that are known and right pass', () => {
  expect(() => checkTraceFields(trace, ['amount', 'merchant'])).not.toThrow();
});
