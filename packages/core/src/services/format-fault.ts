import type { Fault } from './fault.ts';

const seconds = (ms: number): string => `+${ms / 1_000}s`;

/** A fault as the argument that `parseFault` reads, with times since the start. */
export function formatFault(fault: Fault): string {
  const { service, kind, fromMs, toMs, id, operation, share, of } = fault;
  const options: readonly (readonly [string, string | number | boolean | undefined])[] = [
    ['operation', operation],
    ['share', share],
    ['of', of],
    ...ownOptions(fault),
    ['id', id],
  ];
  const given = options.filter(([, value]) => value !== undefined);
  return [
    `${service}:${kind}@${seconds(fromMs)}-${seconds(toMs)}`,
    ...given.map(([name, value]) => `${name}=${value}`),
  ].join(',');
}

// oxlint-disable-next-line typescript/consistent-return -- the switch knows every kind
function ownOptions(
  fault: Fault,
): readonly (readonly [string, string | number | boolean | undefined])[] {
  switch (fault.kind) {
    case 'error':
      return [['status', fault.status]];
    case 'slow':
      if (fault.latency === undefined) return [['factor', fault.factor]];
      return 'fixedMs' in fault.latency
        ? [['fixed', fault.latency.fixedMs]]
        : [
            ['p50', fault.latency.p50Ms],
            ['p99', fault.latency.p99Ms],
          ];
    case 'reset':
      return [['performed', fault.performed]];
    case 'flap':
      return [
        ['period', fault.periodMs],
        ['down', fault.downMs],
      ];
    case 'duplicate':
      return [['copies', fault.copies]];
    case 'reorder':
      return [['delay', fault.delayMs]];
    case 'dribble':
      return [['for', fault.forMs]];
    case 'clock':
      return [['by', fault.byMs]];
    case 'partition':
      return [['process', fault.process]];
    case 'crash':
      return [['after', fault.after]];
    case 'hang':
    case 'drop-response':
    case 'cut':
    case 'corrupt':
      return [];
  }
}
