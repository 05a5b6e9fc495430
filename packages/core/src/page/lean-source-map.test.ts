import { encodedMappings, originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { expect, it } from 'vitest';
import { leanSourceMap } from './lean-source-map.ts';

const own = '../examples/shop/src/mine.ts';
const sources = ['../packages/core/src/hooks/pool.ts', own, '../node_modules/zod/index.js'];

it('keeps the lines of own sources, and says of all others that they are of a package', () => {
  const mappings: [number, number, number, number][][] = [
    [
      [0, 0, 4, 0],
      [10, 1, 30, 2],
      [14, 1, 30, 9],
      [20, 1, 31, 0],
      [30, 2, 99, 5],
      [40, 0, 7, 5],
    ],
  ];
  const whole = new TraceMap({ version: 3, sources, names: [], mappings });
  const lean = new TraceMap(
    leanSourceMap(
      JSON.stringify({ version: 3, sources, names: [], mappings: encodedMappings(whole) }),
    ),
  );
  const at = (column: number) => {
    const { source, line } = originalPositionFor(lean, { line: 1, column });
    return `${source}:${line}`;
  };
  expect([5, 12, 16, 25, 35, 45].map(at)).toEqual([
    '/node_modules/:1',
    `${own}:31`,
    `${own}:31`,
    `${own}:32`,
    '/node_modules/:1',
    '/node_modules/:1',
  ]);
  expect(lean.sources).toEqual(['/node_modules/', own]);
});
