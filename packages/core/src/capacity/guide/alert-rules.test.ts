import { expect, test } from 'vitest';
import { createHooks, metricsOf } from '../../hooks/index.ts';
import { simulate } from '../../simulation/index.ts';
import { alertRules, createAlertWatch, type PoolFigures, poolFigures } from './alert-rules.ts';
import { alertThresholds } from './alerts.ts';
import { prometheusMetrics, prometheusRules } from './prometheus.ts';

const pool = { processingMs: 10, queueSize: 15 };
const thresholds = alertThresholds(pool);
const rules = alertRules(thresholds, pool);

test('the thresholds of the plan are those of the rules', () => {
  expect(rules.map(({ name, when }) => [name, when[0]?.threshold])).toEqual([
    ['drops', 0.05],
    ['queue-depth', 12],
    ['emit-latency', 15],
    ['stalled-workers', 12],
  ]);
});

test('a pool without a queue has no alerts about one', () => {
  expect(alertRules(thresholds, { queueSize: 0 }).map(({ name }) => name)).toEqual([
    'drops',
    'emit-latency',
  ]);
});

const calm: PoolFigures = { dropRatio: 0, emitMicros: 1, queueDepth: 0, busyRatio: 0.5 };

test('an alert fires when its condition has held for its time, and is resolved when it does not', () => {
  const watch = createAlertWatch(rules);
  const drops = { ...calm, dropRatio: 0.06 };
  expect(watch.see(0, calm)).toEqual([]);
  expect(watch.see(10_000, drops)).toEqual([]);
  expect(watch.see(69_999, drops)).toEqual([]);
  expect(watch.see(70_000, drops)).toMatchObject([
    { name: 'drops', state: 'firing', atMs: 70_000 },
  ]);
  expect(watch.see(80_000, drops)).toEqual([]);
  expect(watch.firing()).toEqual(['drops']);
  expect(watch.see(90_000, calm)).toMatchObject([{ name: 'drops', state: 'resolved' }]);
  expect(watch.firing()).toEqual([]);
});

test('a break starts the time anew, and so does a figure that is missing', () => {
  const watch = createAlertWatch(rules);
  const full = { ...calm, queueDepth: 12, busyRatio: 1 };
  watch.see(0, full);
  watch.see(30_000, {});
  watch.see(40_000, full);
  expect(watch.see(90_000, full)).toEqual([]);
  expect(watch.see(100_000, full)).toMatchObject([{ name: 'queue-depth' }]);
});

test('exactly the threshold is no drop too many, and is a full queue', () => {
  const watch = createAlertWatch(rules.map((rule) => ({ ...rule, forMs: 0 })));
  watch.see(0, { ...calm, dropRatio: 0.05, queueDepth: 12, busyRatio: 0.75, emitMicros: 15 });
  expect(watch.firing()).toEqual(['queue-depth']);
  watch.see(1, { ...calm, queueDepth: 12, busyRatio: 0.7 });
  expect(watch.firing()).toEqual(['queue-depth', 'stalled-workers']);
});

test('the figures of real hooks fire it', async () => {
  const { value } = await simulate({ seed: 1, start: 0 }, async () => {
    const hooks = createHooks<{ work: number }>({ workers: 5, queueSize: 15 });
    hooks.hook('work', () => new Promise((resolve) => setTimeout(resolve, 10)));
    const watch = createAlertWatch(rules);
    let earlier = metricsOf(hooks);
    for (let second = 1; second <= 70; second += 1) {
      for (let index = 0; index < 40; index += 1) hooks.emit('work', index);
      const later = metricsOf(hooks);
      watch.see(second * 1_000, poolFigures(earlier, later));
      earlier = later;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    return { firing: watch.firing(), text: prometheusMetrics('mail', earlier, 2.5) };
  });
  expect(value.firing).toContain('drops');
  expect(value.text).toContain('hooks_tasks_rejected_total{pool="mail"} 1400\n');
  expect(value.text).toContain('# TYPE hooks_queue_depth gauge\n');
  expect(value.text).toContain('hooks_emit_seconds{pool="mail"} 0.0000025\n');
});

const metrics = metricsOf(createHooks<{ work: number }>());

test('as a rule file they ask for the metrics that are exported', () => {
  const file = prometheusRules(rules, 'mail');
  expect(file).toContain(
    [
      '      - alert: HooksDrops',
      String.raw`        expr: "(rate(hooks_tasks_rejected_total{pool=\"mail\"}[1m]) + rate(hooks_tasks_shed_total{pool=\"mail\"}[1m])) / (rate(hooks_tasks_admitted_total{pool=\"mail\"}[1m]) + rate(hooks_tasks_rejected_total{pool=\"mail\"}[1m])) > 0.05"`,
      '        for: 60s',
      '        labels:',
      '          severity: page',
      '          pool: "mail"',
      '        annotations:',
    ].join('\n'),
  );
  expect(file).toContain(
    String.raw`"hooks_queue_depth{pool=\"mail\"} >= 12 and hooks_busy_workers{pool=\"mail\"} / hooks_workers{pool=\"mail\"} < 0.75"`,
  );
  const exported = prometheusMetrics('mail', metrics, 1);
  for (const [name] of file.matchAll(/hooks_[a-z_]+/g)) expect(exported).toContain(`${name}{`);
});
