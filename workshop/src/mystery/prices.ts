/** What a question costs, in virtual minutes: about what it takes a team to get the answer. */
export const prices = {
  metric: 2,
  state: 3,
  setting: 4,
  logs: 5,
  errors: 5,
  calm: 10,
  compare: 15,
  remedy: 20,
} as const;

/** What costs something. */
export type Priced = keyof typeof prices;

/** The questions, as the help lists them: how to ask, and what comes back. */
export const questions: readonly (readonly [usage: string, what: string, price?: Priced])[] = [
  ['metrics', 'names of all metrics'],
  ['metric <name>', 'one more metric, as a chart', 'metric'],
  ['parts', 'names of services, channels, processes and pools'],
  ['state <part>', 'how much of a part was in use, and what waited', 'state'],
  ['logs <part>', 'logs of a service, a channel or a process', 'logs'],
  ['errors', 'what came out of the code as errors', 'errors'],
  ['settings', 'names of all settings'],
  ['setting <name>', 'the value of a setting in production', 'setting'],
  ['calm', 'the same figures on an ordinary day', 'calm'],
  ['compare <implementation>', 'another implementation in the same storm', 'compare'],
  [
    'remedy <implementation> [setting=value]',
    'tries it on the same storm: are the signs gone?',
    'remedy',
  ],
  ['cause <kind> <place> <from>-<to>', 'says what it was; may be said again'],
  ['kinds', 'what may be named as the kind of a cause'],
  ['done', 'ends, and tells how near you were'],
];
