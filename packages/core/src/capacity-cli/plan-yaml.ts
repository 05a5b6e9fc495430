import type { PlanColumn, PlanResult } from './plan-result.ts';
import { shareText } from './share-text.ts';

/** The recommended pool in the shape in which the guide writes its configurations. */
export function planYaml(result: PlanResult): string {
  const { load, pools, chosen, alerts, example, targets, trace } = result;
  const pool = pools.find(({ id }) => id === chosen);
  if (pool === undefined) throw new RangeError(`Failed to write YAML: there is no pool ${chosen}.`);
  const percent = (share: number): string => `${number(share * 100)}%`;
  const { waitMs, waitPercentile = 99 } = targets;
  return [
    `scenario: ${JSON.stringify(example?.scenario ?? (trace ? 'recorded' : 'planned'))}`,
    `description: ${JSON.stringify(trace ? `Load of ${trace.file}` : `Pool that ${pool.title}`)}`,
    '',
    '# Load characteristics',
    `events_per_second: ${number(load.ratePerSecond)}`,
    `avg_processing_time_ms: ${number(load.processingMs)}`,
    `processing_time_variation: ${number(load.serviceVariation ?? 1)}`,
    `peak_multiplier: ${number(load.peakMultiplier)}`,
    '',
    '# Calculated configuration',
    `workers: ${pool.workers}`,
    `queue: ${pool.queueSize}`,
    `hook_count: ${JSON.stringify(String(load.handlers ?? 1))}`,
    `expected_drops: ${JSON.stringify(expectedDrops(result, pool))}`,
    `expected_wait_p99_ms: ${number(pool.peak.waitP99Ms)}`,
    `target_drops: ${percent(targets.dropRatio)}`,
    ...(waitMs === undefined ? [] : [`target_wait_p${waitPercentile}_ms: ${number(waitMs)}`]),
    '',
    '# Monitoring thresholds',
    `drop_rate_alert: ${percent(alerts.dropRatio)}`,
    `latency_alert: ${alerts.emitMicros}μs`,
    `queue_depth_alert: ${alerts.queueDepth}`,
    `efficiency_alert: ${percent(alerts.efficiency)}`,
  ].join('\n');
}

function unspaced(share: number): string {
  return shareText(share).replace(' %', '%');
}

function expectedDrops({ load }: PlanResult, { normal, peak }: PlanColumn): string {
  return load.peakMultiplier === 1
    ? unspaced(peak.dropRatio)
    : `${unspaced(normal.dropRatio)} normally, ${unspaced(peak.dropRatio)} at the peak`;
}

/** Four significant digits, never with an exponent: YAML 1.1 readers take `1e-7` for text. */
function number(value: number): string {
  const rounded = Number(value.toPrecision(4));
  return rounded !== 0 && Math.abs(rounded) < 1e-6
    ? rounded.toFixed(12).replace(/0+$/, '')
    : String(rounded);
}
