/** How a prediction was found: what it takes for granted, and how well it holds. */
export type QueueModel =
  | 'markov'
  | 'bulk-markov'
  | 'two-phase'
  | 'extrapolated'
  | 'scaled'
  | 'bursty'
  | 'diffusion';

/** One line for people on each model. */
export const queueModels: Readonly<Record<QueueModel, string>> = {
  markov: 'M/M/c/K: exact for random arrivals and exponential service times',
  'bulk-markov': 'M[h]/M/c/K: exact for random events of several tasks each, exponential times',
  'two-phase': 'M/PH/c/K: exact for random arrivals, service times fitted by two phases',
  extrapolated: 'M/G/c/K: from two exact solutions to service times of less variation',
  scaled: 'M/M/c/K, corrected for variation by a smaller pool of the same many-server scale',
  bursty:
    'PH/M/c/K: exact for bursty or steady arrivals fitted by phases, exponential service times',
  diffusion: 'heavy-traffic correction (Allen-Cunneen) of an exact solution',
};
