import type { HooksMetrics } from '../../hooks/index.ts';
import type { AlertCondition, AlertRule, PoolFigures } from './alert-rules.ts';

/** Names that Prometheus knows the metrics of a pool by, each with the label `pool`. */
const metricNames = {
  admitted: 'hooks_tasks_admitted_total',
  rejected: 'hooks_tasks_rejected_total',
  shed: 'hooks_tasks_shed_total',
  depth: 'hooks_queue_depth',
  busy: 'hooks_busy_workers',
  workers: 'hooks_workers',
  emitSeconds: 'hooks_emit_seconds',
} as const;

/** Over so much time rates are taken: several scrapes, and less than the alerts wait. */
const window = '1m';

/**
 * The alerts as a rule file of Prometheus, over the metrics of `prometheusMetrics`.
 *
 * @param pool the value of the label `pool`
 */
export function prometheusRules(rules: readonly AlertRule[], pool: string): string {
  return [
    'groups:',
    `  - name: ${JSON.stringify(`hooks ${pool}`)}`,
    '    rules:',
    ...rules.flatMap(({ name, when, forMs, severity, summary }) => [
      `      - alert: ${alertName(name)}`,
      `        expr: ${JSON.stringify(when.map((condition) => expression(condition, pool)).join(' and '))}`,
      `        for: ${Math.round(forMs / 1_000)}s`,
      '        labels:',
      `          severity: ${severity}`,
      `          pool: ${JSON.stringify(pool)}`,
      '        annotations:',
      `          summary: ${JSON.stringify(summary)}`,
    ]),
    '',
  ].join('\n');
}

/** HooksQueueDepth of queue-depth. */
function alertName(name: string): string {
  const words = name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `Hooks${words.join('')}`;
}

const comparisons = { above: '>', atLeast: '>=', below: '<' } as const;

function expression({ figure, is, threshold }: AlertCondition, pool: string): string {
  const label = `{pool=${JSON.stringify(pool)}}`;
  const rate = (name: string): string => `rate(${name}${label}[${window}])`;
  const { admitted, rejected, shed, depth, busy, workers, emitSeconds } = metricNames;
  const figures: Readonly<Record<keyof PoolFigures, string>> = {
    dropRatio: `(${rate(rejected)} + ${rate(shed)}) / (${rate(admitted)} + ${rate(rejected)})`,
    emitMicros: `${emitSeconds}${label} * 1e6`,
    queueDepth: `${depth}${label}`,
    busyRatio: `${busy}${label} / ${workers}${label}`,
  };
  return `${figures[figure]} ${comparisons[is]} ${threshold}`;
}

/**
 * The metrics of a pool in the text format of Prometheus, for an endpoint that it scrapes.
 *
 * @param pool the value of the label `pool`
 * @param emitMicros mean time of an emit in microseconds, where it is measured
 */
export function prometheusMetrics(
  pool: string,
  metrics: HooksMetrics,
  emitMicros?: number,
): string {
  const label = `{pool=${JSON.stringify(pool)}}`;
  const lines: readonly (readonly [
    keyof typeof metricNames,
    'counter' | 'gauge',
    number | undefined,
  ])[] = [
    ['admitted', 'counter', metrics.admitted],
    ['rejected', 'counter', metrics.rejected],
    ['shed', 'counter', metrics.shed],
    ['depth', 'gauge', metrics.depth],
    ['busy', 'gauge', metrics.busyWorkers],
    ['workers', 'gauge', metrics.workers],
    ['emitSeconds', 'gauge', emitMicros === undefined ? undefined : emitMicros / 1e6],
  ];
  return lines
    .flatMap(([key, type, value]) =>
      value === undefined
        ? []
        : [`# TYPE ${metricNames[key]} ${type}`, `${metricNames[key]}${label} ${value}`, ''],
    )
    .join('\n');
}
