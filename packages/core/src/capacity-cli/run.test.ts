import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { guideTopics } from './guide-topics.ts';
import { type Reply, replyTo } from './run.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

const runProcess = (...args: readonly string[]) =>
  spawnSync(process.execPath, [main, '--', ...args], { encoding: 'utf8' });

const capacity = (...args: readonly string[]): Promise<Reply> => replyTo(args);

const calculator = ['--events-per-second', '5000', '--processing-ms', '2', '--burst', '2'];

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'capacity-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('the plan of the calculator is a Markdown table with the rule beside the targets', async () => {
  const { stdout, exitCode } = await capacity('--', ...calculator);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/\| workers +\| +10 \| +12 \|/);
  expect(stdout).toMatch(/\| queue +\| +20 \| +24 \|/);
  expect(stdout).toContain('5,000 /s');
});

test('--json is one JSON document, with the pools and what is predicted', async () => {
  const { stdout } = await capacity(...calculator, '--json');
  const plan: unknown = JSON.parse(stdout);
  expect(plan).toMatchObject({
    chosen: 'targets',
    pools: [{ id: 'rule', workers: 10 }, { workers: 12 }],
  });
});

test('--yaml has the keys of the guide', async () => {
  const { stdout } = await capacity('--example', 'data_transformation', '--yaml');
  for (const key of [
    'scenario',
    'events_per_second',
    'avg_processing_time_ms',
    'peak_multiplier',
    'workers',
    'queue',
    'hook_count',
    'expected_drops',
    'drop_rate_alert',
    'latency_alert',
    'queue_depth_alert',
  ]) {
    expect(stdout).toMatch(new RegExp(`^${key}: \\S`, 'm'));
  }
});

test('--prometheus is a rule file with the alerts of the plan, and JSON has them as data', async () => {
  const { stdout } = await capacity(...calculator, '--prometheus', '--pool', 'mail');
  expect(stdout).toMatch(/^groups:\n {2}- name: "hooks mail"\n/);
  expect(stdout).toContain(String.raw`expr: "hooks_queue_depth{pool=\"mail\"} >= 19"`);
  const json = await capacity(...calculator, '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({
    alertRules: expect.arrayContaining([
      expect.objectContaining({
        name: 'queue-depth',
        when: [{ figure: 'queueDepth', is: 'atLeast', threshold: 19 }],
      }),
    ]),
  });
});

test('--validate puts the measurement of the real pool beside the prediction', async () => {
  const { stdout, exitCode } = await capacity(...calculator, '--validate', '--events=5000');
  expect(stdout).toContain('| real pool, simulated');
  expect(stdout).not.toContain('NO |');
  expect(exitCode).toBe(0);
});

test('--report writes a page that loads nothing', async () => {
  const path = join(folder, 'plan.html');
  await capacity(...calculator, '--report', path);
  const page = await readFile(path, 'utf8');
  expect(page).toContain('id="plan-data"');
  expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
});

test('what was measured of a partition is what is recommended', async () => {
  const { stdout } = await capacity('partition', '--validate', '--events=20000');
  expect(stdout).toContain('Better, as measured: one pool with a reserved lane. The prediction');
});

test('a recording is planned by replaying it', async () => {
  const path = join(folder, 'trace.csv');
  // Two at once each 10 ms, 15 ms long: three workers are busy in the mean.
  const rows = Array.from({ length: 400 }, (_, index) => `${Math.floor(index / 2) * 10},15`);
  await writeFile(path, `atMs,durationMs\n${rows.join('\n')}\n`);
  const { stdout, exitCode } = await capacity('--trace', path, '--json', '--burst', '0.5');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    pools: expect.arrayContaining([
      expect.objectContaining({
        id: 'recorded',
        replay: expect.objectContaining({ dropRatio: 0 }),
      }),
    ]),
  });
});

describe('bad input ends with 2 and one line that names option, value and remedy', () => {
  test.each([
    [[], '--events-per-second is missing'],
    [
      ['--events-per-second=-1'],
      '--events-per-second=-1: -1 is out of range. Use a number above 0',
    ],
    [['--events-per-second', '0'], '0 is out of range'],
    [['--processing-ms=NaN'], '"NaN" is not a number'],
    [['--burst='], 'its value is empty'],
    [['--burst'], '--burst: its value is missing. Write it as --burst=<n>.'],
    [['--burst', '--json'], 'its value is missing before --json'],
    [['--burst=1', '--burst=2'], '--burst stands twice'],
    [['--brust=1'], 'Did you mean --burst?'],
    [['--json=1'], 'it takes no value'],
    [['--peak=0.5'], 'Use a number of at least 1'],
    [['--target-drop-rate=0'], 'a share above 0, below 1'],
    [['--target-percentile=100'], 'a percentile from 50 to below 100'],
    [['--max-utilisation=1.1'], 'a number above 0, at most 1'],
    [['--hooks=1.5'], 'a whole number from 1 to 100'],
    [['--shape=normal'], 'Did you mean log-normal?'],
    [['--example=api'], 'Use one of api_request_logging'],
    [['--workers=5'], '--queue is missing beside it'],
    [[...calculator, '--events=5000'], '--events: it says nothing without --validate'],
    [[...calculator, '--target-percentile=95'], 'it says nothing without --target-wait-ms'],
    [['partition', '--seed=2'], 'it says nothing without --validate'],
    [['examples', '--events=5000'], 'it says nothing without --validate'],
    [
      [...calculator, '--arrival-variation=3', '--variation=0'],
      '--arrival-variation=3: the times of handlers vary by 0, and no model is right about both',
    ],
    [[...calculator, '--hooks=2', '--variation=0.5'], 'Use --variation=1, which drops more'],
    [['--events-per-second=1e9', '--processing-ms=1000'], 'it keeps 1.00e+9 workers busy'],
    [['--trace=x.csv', '--events-per-second=5'], 'gives the load already'],
    [['--time-field=t'], 'there is no --trace'],
    [['--seed=x'], 'a seed is a whole number'],
    [['--json', '--yaml'], 'Leave out one of the two'],
    [['--json', '--prometheus'], '--prometheus: --json writes another format'],
    [[...calculator, '--pool=mail'], 'it says nothing without --prometheus'],
    [['breaker', '--failure=crash'], 'there is no failure of that name'],
    [[...calculator, '--report=/nowhere/at/all.html'], 'there is no directory'],
    [[...calculator, 'extra'], '"extra": it belongs to no option'],
    [['exmples'], 'Did you mean examples?'],
    [['guide', 'bnds'], 'Did you mean bands?'],
    [['diagnose', '--workers=5'], '--queue is missing'],
    [['calibrate'], 'there is nothing to measure'],
    [['calibrate', '--metrics=/nowhere.json'], 'Write JSON.stringify(metricsOf(hooks))'],
    [['--trace=/nowhere.csv'], 'there is no such file'],
  ])('%j', async (args, message) => {
    const { stdout, stderr, exitCode } = await capacity(...args);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });
});

test('as a process it answers on one stream, complains on the other, and ends with its code', () => {
  const good = runProcess(...calculator);
  expect(good).toMatchObject({ status: 0, stderr: '' });
  expect(good.stdout).toContain('| workers');
  const bad = runProcess('--burst=0');
  expect(bad).toMatchObject({ status: 2, stdout: '' });
  expect(bad.stderr).toContain('--burst=0');
});

describe('the guide', () => {
  test('is all there, as text and as JSON', async () => {
    const { stdout } = await capacity('guide');
    for (const { title } of Object.values(guideTopics)) expect(stdout).toContain(title);
    const { stdout: json } = await capacity('guide', '--json');
    expect(Object.keys(z.looseObject({}).parse(JSON.parse(json)))).toEqual(
      Object.keys(guideTopics),
    );
  });

  test('has its worked configurations reproduced, and says where its expectation is too low', async () => {
    const { stdout } = await capacity('examples', '--json');
    const outcomes = z
      .array(z.object({ reproduced: z.boolean(), expectationHolds: z.boolean().optional() }))
      .parse(JSON.parse(stdout));
    expect(outcomes).toHaveLength(8);
    expect(outcomes.every(({ reproduced }) => reproduced)).toBe(true);
    expect(outcomes.filter(({ expectationHolds }) => expectationHolds === false)).toHaveLength(3);
  });

  test.each([
    [
      [
        'diagnose',
        '--workers=5',
        '--queue=15',
        '--processing-ms=10',
        '--events-per-second=600',
        '--drop-rate=10%',
      ],
      'New number of workers: 7.',
    ],
    [['adjust', '--drop-rate=5%', '--utilisation=0.95'], 'Add workers first'],
    [['partition'], 'Better: two pools.'],
    [['guide', 'checklist'], '- [ ] '],
    [['--help'], 'Commands:'],
    [['adaptive', '--help'], 'Compares controllers'],
    [['breaker', '--failure-s=5', '--events-per-second=20'], 'The API hangs for 5 s'],
    [['emit', '--events=1000'], 'Then: capacity diagnose --emit-us='],
  ])('%j answers', async (args, text) => {
    const { stdout, exitCode } = await capacity(...args);
    expect(stdout).toContain(text);
    expect(exitCode).toBe(0);
  });
});

test('metrics of running hooks are calibrated from their JSON', async () => {
  const path = join(folder, 'metrics.json');
  const run = {
    count: 1_000,
    meanMs: 10,
    p50Ms: 6.93,
    p90Ms: 23,
    p99Ms: 46,
    p999Ms: 69,
    maxMs: 80,
  };
  await writeFile(path, JSON.stringify({ run }));
  const { stdout } = await capacity('calibrate', '--metrics', path, '--json');
  const { service } = z
    .object({ service: z.object({ variation: z.number() }) })
    .parse(JSON.parse(stdout));
  expect(service.variation).toBeGreaterThan(0.9);
  expect(service.variation).toBeLessThan(1.1);
});
