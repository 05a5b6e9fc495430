import type { Fault } from '@firedrill/core/services';

const second = 1_000;

/** In the storm, while most people are there and some of them have no network. */
export const crashes = (
  service: 'server' | 'pages',
  ...atSeconds: readonly number[]
): readonly Fault[] =>
  atSeconds.map((at) => ({
    kind: 'crash',
    id: `${service}-crashes-${at}`,
    service,
    fromMs: at * second,
    toMs: (at + 2) * second,
  }));
