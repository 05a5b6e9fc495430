import { simulate, type SimulateOptions, type Simulation } from '../simulation/index.ts';

/**
 * Whose time a phase takes: runs the body, and says how long it took. With virtual time the same seed
 * gives the same run; with the machine's own a system can stand on a real server, and no two runs are
 * the same.
 */
export type TimeSource = <T>(
  options: SimulateOptions,
  body: (time: Simulation) => Promise<T>,
) => Promise<{ readonly value: T; readonly virtualMs: number }>;

/** What a run takes unless it is told otherwise. */
export const virtualTime: TimeSource = simulate;
