import { type QueueModel, queueModels } from '../capacity/index.ts';
import { formatDuration, formatValue } from '../scenario/format.ts';
import { markdownTable } from './markdown-table.ts';
import { allAgree, type PlanColumn, type PlanResult } from './plan-result.ts';
import { shareText } from './share-text.ts';
import type { Comparison } from './validate.ts';

/** The plan as text for people: Markdown that reads well unrendered. */
export function planText(result: PlanResult): string {
  const [head, ...rows] = poolRows(result);
  return [
    loadLines(result).join('\n'),
    markdownTable(head, rows),
    ...(result.pools.some(({ validation }) => validation) ? [validationTable(result)] : []),
    closingLines(result).join('\n'),
  ].join('\n\n');
}

/** The load and the targets, a sentence each. */
export function loadLines({ load, trace, example, targets }: PlanResult): string[] {
  const { ratePerSecond, processingMs, handlers = 1, serviceVariation = 1, peakMultiplier } = load;
  const tasks = handlers === 1 ? '' : ` in ${handlers} handlers`;
  const peak =
    peakMultiplier === 1
      ? ''
      : `, ${formatValue(ratePerSecond * peakMultiplier, 'per-second')} at the peak`;
  const { dropRatio, waitMs, waitPercentile = 99 } = targets;
  const wait =
    waitMs === undefined ? '' : `, p${waitPercentile} wait at most ${formatDuration(waitMs)}`;
  return [
    ...(trace ? [`Trace: ${trace.file}, ${formatValue(trace.arrivals.count, 'count')} rows`] : []),
    ...(example ? [`Example: ${example.scenario}; expected drops: ${example.expectedDrops}`] : []),
    `Load: ${formatValue(ratePerSecond, 'per-second')}${peak}; ` +
      `${formatDuration(processingMs)} an event${tasks}, variation ${serviceVariation.toFixed(2)}`,
    `Targets at the peak: at most ${shareText(dropRatio)} dropped${wait}`,
  ];
}

type Cell = (pool: PlanColumn) => string;

type Figure = (pool: PlanColumn) => number | undefined;

function ratio(pick: Figure): Cell {
  return (pool) => shareText(pick(pool));
}

function yesNo(pick: (pool: PlanColumn) => boolean | undefined): Cell {
  return (pool) => (pick(pool) === true ? 'yes' : 'no');
}

function ms(pick: Figure): Cell {
  return (pool) => formatValue(pick(pool), 'ms');
}

/** The table of a plan: the titles of its pools, and a row for each figure, with its label first. */
export function poolRows({
  pools,
  load,
}: PlanResult): readonly [readonly string[], ...(readonly string[])[]] {
  const hasReplay = pools.some(({ replay }) => replay !== undefined);
  const hasPeak = load.peakMultiplier > 1;
  const at = hasPeak ? ' at the peak' : '';
  const normal: [string, Cell][] = [
    ['utilisation', ratio(({ normal: { utilisation } }) => utilisation)],
    ['dropped', ratio(({ normal: { dropRatio } }) => dropRatio)],
  ];
  const rows: [string, Cell][] = [
    ['workers', ({ workers }) => formatValue(workers, 'count')],
    ['queue', ({ queueSize }) => formatValue(queueSize, 'count')],
    ['maximum rate', ({ maxRatePerSecond }) => formatValue(maxRatePerSecond, 'per-second')],
    ...(hasPeak ? normal : []),
    [`utilisation${at}`, ratio(({ peak }) => peak.utilisation)],
    [`dropped${at}, if nothing varied`, ratio(({ peak }) => peak.fluidDropRatio)],
    [`dropped${at}`, ratio(({ peak }) => peak.dropRatio)],
    [`mean wait${at}`, ms(({ peak }) => peak.meanWaitMs)],
    [`p50 wait${at}`, ms(({ peak }) => peak.waitP50Ms)],
    [`p95 wait${at}`, ms(({ peak }) => peak.waitP95Ms)],
    [`p99 wait${at}`, ms(({ peak }) => peak.waitP99Ms)],
    ...(hasReplay
      ? ([
          ['dropped of the recording', ratio(({ replay }) => replay?.dropRatio)],
          ['its mean wait', ms(({ replay }) => replay?.meanWaitMs)],
          ['its p99 wait', ms(({ replay }) => replay?.waitP99Ms)],
          ['meets the targets in the recording', yesNo(({ replay }) => replay?.meetsTargets)],
        ] satisfies [string, Cell][])
      : []),
    [
      // A recording ends; a peak that lasts asks for more.
      hasReplay ? 'meets the targets if the peak lasts' : `meets the targets${at}`,
      yesNo(({ meetsTargets }) => meetsTargets),
    ],
  ];
  return [
    ['', ...pools.map(({ title }) => title)],
    ...rows.map(([label, cell]) => [label, ...pools.map(cell)]),
  ];
}

/** What is written into a cell: shares and times each have their own form. */
function figure(value: number, unit: 'ratio' | 'ms'): string {
  return unit === 'ratio' ? shareText(value) : formatValue(value, unit);
}

function validationTable({ pools }: PlanResult): string {
  const rows = pools.flatMap(({ title, validation = [] }) =>
    validation.flatMap(({ load, dropRatio, meanWaitMs, waitP99Ms }) => {
      const where = `${title}, ${load}`;
      const row = (label: string, compared: Comparison, unit: 'ratio' | 'ms'): string[] => [
        `${where}: ${label}`,
        figure(compared.predicted, unit),
        figure(compared.measured.mean, unit),
        interval(compared, unit),
        compared.agrees ? 'yes' : 'NO',
      ];
      return [
        row('dropped', dropRatio, 'ratio'),
        row('mean wait', meanWaitMs, 'ms'),
        [
          `${where}: p99 wait`,
          formatValue(waitP99Ms.predicted, 'ms'),
          formatValue(waitP99Ms.measured, 'ms'),
          '',
          '',
        ],
      ];
    }),
  );
  return markdownTable(
    ['real pool, simulated', 'predicted', 'measured', '99 % interval', 'agrees'],
    rows,
  );
}

function interval({ measured }: Comparison, unit: 'ratio' | 'ms'): string {
  return `${figure(Math.max(0, measured.low), unit)} to ${figure(measured.high, unit)}`;
}

function disagreement(model: QueueModel, pools: readonly PlanColumn[]): string {
  const isShort = pools.some(({ validation = [] }) =>
    validation.some(({ isTooShort }) => isTooShort === true),
  );
  const short = isShort
    ? ' A pool so large or so full takes long to settle, and the run was too short for it: use more --events.'
    : '';
  const why =
    model === 'markov' || model === 'bulk-markov'
      ? 'The model is exact for such a load, but one interval in a hundred misses by chance: try another --seed or more --events.'
      : 'The model is an approximation: trust the measurement.';
  return `Where it says NO, the prediction lies outside the interval and more than 15 % off. ${why}${short}`;
}

/** What is recommended, and how much of it is known, a sentence each. */
export function closingLines({
  pools,
  chosen,
  burst,
  alerts,
  notes,
  load,
  trace,
}: PlanResult): string[] {
  const pool = pools.find(({ id }) => id === chosen);
  const model = pool?.peak.model ?? 'markov';
  return [
    ...(pool
      ? [
          `Recommended: ${pool.workers} ${pool.workers === 1 ? 'worker' : 'workers'}, queue ${pool.queueSize} (${pool.title}).`,
        ]
      : []),
    `Burst factor ${burst.factor}: ${burst.band}. ${burst.meaning}`,
    `Alert at: ${shareText(alerts.dropRatio)} dropped, queue depth ${alerts.queueDepth}, ` +
      `${alerts.emitMicros} us an emit, workers less than ${shareText(alerts.efficiency)} busy under full load (as ${alerts.like}).`,
    `Model: ${queueModels[model]}.`,
    ...((load.serviceVariation ?? 1) === 1 && !trace
      ? ['The variation is a guess until it is measured: capacity calibrate --trace=<file>.']
      : []),
    ...(trace
      ? [
          `In the trace, counts of ${formatDuration(trace.arrivals.windowMs)} vary ` +
            `${trace.arrivals.dispersion.toFixed(1)} times as much as independent arrivals at a steady rate would.`,
        ]
      : []),
    ...(allAgree(pools) ? [] : [disagreement(model, pools)]),
    ...notes,
  ];
}
