import {
  adaptiveRule,
  adjustments,
  burstBands,
  circuitBreakerExample,
  decisionTree,
  deploymentChecklist,
  idleBelow,
  optimisationTips,
  overloadedAbove,
  partitionExample,
  queueModels,
  troubleshootingRules,
  workedConfigurations,
} from '../capacity/index.ts';
import { formatValue } from '../report/index.ts';
import { markdownTable } from './markdown-table.ts';

/** A part of the guide: its data for programs, and its text for people. */
export interface GuideTopic {
  readonly title: string;
  readonly data: unknown;
  readonly text: () => string;
}

const bullet = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');
const left = (): 'left' => 'left';
const percent = (share: number): string => formatValue(share, 'ratio');

/** Every part of the guide, by the name under which `capacity guide <name>` shows it. */
export const guideTopics = {
  formulas: {
    title: 'Formulas',
    data: {
      workers: 'ceiling(peak rate x processing time)',
      queue: 'floor(workers x burst factor)',
      drops: 'max(0, (rate - capacity) / rate)',
    },
    text: () =>
      bullet([
        'workers = ceiling(peak events per second x processing time in seconds)',
        'queue = workers x burst factor',
        'dropped = (rate - capacity) / rate above the capacity, 0 below: only if nothing varies. The plan shows it beside the prediction that counts variation in.',
      ]),
  },
  bands: {
    title: 'Burst factors',
    data: burstBands,
    text: () =>
      markdownTable(
        ['queue places for each worker', 'band', 'meaning'],
        burstBands.map(({ from, to, name, meaning }) => [
          to === Infinity ? `above ${from}` : `${from} to ${to}`,
          name,
          meaning,
        ]),
        left,
      ),
  },
  examples: {
    title: 'Worked configurations (see also: capacity examples)',
    data: workedConfigurations,
    text: () =>
      markdownTable(
        [
          'scenario',
          'events/s',
          'ms',
          'peak',
          'workers',
          'queue',
          'hooks',
          'expected drops',
          'alert',
        ],
        workedConfigurations.map((worked) => [
          worked.scenario,
          String(worked.eventsPerSecond),
          String(worked.processingMs),
          `x ${worked.peakMultiplier}`,
          String(worked.workers),
          String(worked.queueSize),
          worked.hookCount.join('-'),
          worked.expectedDrops.text,
          `${percent(worked.dropRateAlert)}, ${worked.latencyAlertMicros} us`,
        ]),
        left,
      ),
  },
  'decision-tree': {
    title: 'Decision tree (see also: capacity adjust)',
    data: { steps: decisionTree, adjustments },
    text: () =>
      [
        ...decisionTree.map(({ step, title, how }) => `${step}. ${title}\n${bullet(how)}`),
        markdownTable(
          ['result', 'then'],
          adjustments.map(({ title, action }) => [title, action]),
          left,
        ),
      ].join('\n\n'),
  },
  troubleshooting: {
    title: 'Troubleshooting (see also: capacity diagnose)',
    data: { overloadedAbove, idleBelow, rules: troubleshootingRules },
    text: () =>
      troubleshootingRules
        .map(
          ({ title, diagnosis, remedies }) =>
            `${title}\n${bullet(diagnosis)}\n${bullet(remedies.map((remedy) => `remedy: ${remedy}`))}`,
        )
        .join('\n\n'),
  },
  alerts: {
    title: 'Alert thresholds',
    data: workedConfigurations.map(
      ({
        scenario,
        dropRateAlert,
        latencyAlertMicros,
        queueDepthAlert,
        efficiencyAlert,
        note,
      }) => ({
        scenario,
        dropRateAlert,
        latencyAlertMicros,
        queueDepthAlert,
        efficiencyAlert,
        note,
      }),
    ),
    text: () =>
      markdownTable(
        ['scenario', 'dropped', 'an emit', 'queue depth', 'workers busy', 'besides'],
        workedConfigurations.map((worked) => [
          worked.scenario,
          percent(worked.dropRateAlert),
          `${worked.latencyAlertMicros} us`,
          worked.queueDepthAlert === undefined
            ? '80 % of the queue'
            : String(worked.queueDepthAlert),
          worked.efficiencyAlert === undefined ? '' : percent(worked.efficiencyAlert),
          worked.note ?? '',
        ]),
        left,
      ),
  },
  checklist: {
    title: 'Deployment checklist',
    data: deploymentChecklist,
    text: () =>
      deploymentChecklist
        .map(({ phase, items }) => `${phase}\n${items.map((item) => `- [ ] ${item}`).join('\n')}`)
        .join('\n\n'),
  },
  patterns: {
    title: 'Patterns (see also: capacity partition, capacity adaptive, capacity breaker)',
    data: { partitionExample, adaptiveRule, circuitBreakerExample },
    text: () =>
      bullet([
        `Partitioning: fast events ${size(partitionExample.fast)}, slow events ${size(partitionExample.slow)}.`,
        `Adaptive: more than ${percent(adaptiveRule.dropRatioAbove)} dropped for ${adaptiveRule.sustainedMs / 60_000} min: workers and queue x ${adaptiveRule.workersFactor}, restart.`,
        `Circuit breaker: opens at ${percent(circuitBreakerExample.failureThreshold)} failures, closes at ${percent(circuitBreakerExample.recoveryThreshold)}; ${circuitBreakerExample.workers} workers, queue ${circuitBreakerExample.queueSize}, limit ${circuitBreakerExample.timeoutMs} ms.`,
      ]),
  },
  tips: {
    title: 'Optimisation',
    data: optimisationTips,
    text: () =>
      `Handlers\n${bullet(optimisationTips.handlers)}\n\nSystem\n${bullet(optimisationTips.system)}`,
  },
  models: {
    title: 'Models of the predictions',
    data: queueModels,
    text: () => bullet(Object.values(queueModels)),
  },
} as const satisfies Readonly<Record<string, GuideTopic>>;

interface ExampleSize {
  readonly workers: number;
  readonly queueSize: number;
  readonly processingMs: number;
}

function size({ workers, queueSize, processingMs }: ExampleSize): string {
  return `${workers} workers, queue ${queueSize}, ${processingMs} ms`;
}
