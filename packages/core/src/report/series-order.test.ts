import { expect, test } from 'vitest';
import type { RunStarted } from '../scenario/record.ts';
import { inOrderOfNeed } from './series-order.ts';

const series = (chart: string, name: string): RunStarted['series'][number] => ({
  name,
  label: name,
  unit: 'count',
  chart,
});

const chart = (id: string): RunStarted['charts'][number] => ({
  id,
  title: id,
  unit: 'count',
  scale: 'linear',
});

test('a narrow view keeps one line of each chart first, and drops what stands aside before any other', () => {
  const started: Pick<RunStarted, 'charts' | 'series'> = {
    charts: [{ ...chart('left'), isAside: true }, chart('rate'), chart('time')],
    series: [
      series('left', 'handlers'),
      series('rate', 'orders'),
      series('rate', 'paid'),
      series('left', 'errors'),
      series('time', 'p50'),
      series('rate', 'declined'),
    ],
  };
  expect(inOrderOfNeed(started).map(({ name }) => name)).toEqual([
    'orders',
    'p50',
    'paid',
    'declined',
    'handlers',
    'errors',
  ]);
});
