/** A phase of a deployment, and what is to be done in it. */
export interface ChecklistPhase {
  readonly phase: 'before' | 'first week' | 'ongoing';
  readonly items: readonly string[];
}

/** What is to be done before a deployment, in its first week, and from then on. */
export const deploymentChecklist: readonly ChecklistPhase[] = [
  {
    phase: 'before',
    items: [
      'Processing times of the real handlers are measured.',
      'Workers and queue are calculated from them.',
      'The configuration is validated: predicted and measured drop rate agree.',
      'Drop rate, latency and queue depth are monitored.',
      'Alerts stand at the thresholds of the plan.',
      'A load test with a realistic pattern of events has passed.',
    ],
  },
  {
    phase: 'first week',
    items: [
      'Watch the drop rate.',
      'Check that the latency of emits stays within bounds.',
      'Check how busy the workers are.',
      'Adjust to the traffic that really comes.',
      'Write down each change of configuration, and why.',
    ],
  },
  {
    phase: 'ongoing',
    items: [
      'Weekly: the trend of the drop rate.',
      'Monthly: the capacity plan.',
      'With each release: benchmarks against the one before.',
      'With growing traffic: a new configuration.',
    ],
  },
];
