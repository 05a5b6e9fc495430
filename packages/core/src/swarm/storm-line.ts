import { formatLoad } from '../scenario/index.ts';
import { formatFault } from '../services/index.ts';
import { shellQuoted, startCommand } from '../command-line/portable.ts';
import type { SwarmStorm } from './swarm-storm.ts';

/** The one line that anyone pastes to see a storm again. */
export function stormLine(
  example: string,
  { seed, load, settings, faults }: SwarmStorm,
  implementation?: string,
): string {
  const flags = [
    '--scenario=recovery',
    `--seed=${seed}`,
    ...(implementation === undefined ? [] : [`--implementation=${implementation}`]),
    '--calm',
    `--load=${formatLoad(load)}`,
    ...Object.entries(settings).map(([name, value]) => `--set=${name}=${value}`),
    ...faults.map((fault) => `--fault=${formatFault(fault)}`),
  ];
  return [startCommand(example), ...flags.map(shellQuoted)].join(' ');
}
