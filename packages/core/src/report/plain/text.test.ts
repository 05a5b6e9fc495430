import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderGrid } from './grid.ts';
import { hang, painter, widthOf, wrap } from './text.ts';

describe('wrap', () => {
  it('keeps every word in order and no line too wide', () => {
    fc.assert(
      fc.property(fc.lorem({ maxCount: 40 }), fc.integer({ min: 12, max: 80 }), (text, width) => {
        const lines = wrap(text, width);
        expect(lines.join(' ')).toBe(text);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('cuts a word that is longer than the line', () => {
    expect(wrap('ab abcdefgh', 4)).toEqual(['ab', 'abcd', 'efgh']);
  });
});

it('text that goes on hangs under its beginning, colours not counted', () => {
  const paint = painter(true);
  const lines = hang(paint('red', 'lead  '), 'one two three four five six seven', 30);
  expect(lines.slice(1).every((line) => line.startsWith('      '))).toBe(true);
  expect(lines.every((line) => widthOf(line) <= 30)).toBe(true);
});

describe('a grid', () => {
  const columns = [
    { heading: 'name', align: 'left' },
    { heading: 'predicted throughput', align: 'right' },
    { heading: 'measured throughput', align: 'right' },
  ] as const;
  const rows = [['a', '1', '22,000']];

  it('keeps headings on one line where there is room', () => {
    expect(renderGrid({ columns, rows, width: 80 })).toEqual([
      'name  predicted throughput  measured throughput',
      '────  ────────────────────  ───────────────────',
      'a                        1               22,000',
    ]);
  });

  it('breaks headings at spaces where there is not', () => {
    expect(renderGrid({ columns, rows, width: 30 })).toEqual([
      '       predicted    measured',
      'name  throughput  throughput',
      '────  ──────────  ──────────',
      'a              1      22,000',
    ]);
  });

  it('goes on below when it is still too wide, the first column repeated', () => {
    expect(renderGrid({ columns, rows, width: 20 })).toEqual([
      '       predicted',
      'name  throughput',
      '────  ──────────',
      'a              1',
      '',
      '        measured',
      'name  throughput',
      '────  ──────────',
      'a         22,000',
    ]);
  });
});
