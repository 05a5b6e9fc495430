/** What becomes of a command that is not simply run to its end. */
export interface Exception {
  /** The whole of the commands that it holds for, without `npx -y pnpm@12` or `pnpm` before them. */
  readonly of: RegExp;
  /**
   * `begun`: started, and ended as soon as it has printed its first line. `shortened`: less of the same
   * work. `answered`: what it would ask for is given. `left out`: not started.
   */
  readonly how: 'begun' | 'shortened' | 'answered' | 'left out';
  readonly why: string;
  /** What is run instead of a command that is shortened or answered. */
  readonly to?: (command: string) => string;
}

/**
 * Every command that is not run to its end says here why. One that no document has any more is a fault, too.
 */
export const exceptions: readonly Exception[] = [
  {
    of: /^(?:check|test|test:int|test:browser|test:bank|scenarios|pack:check|bash \.ci\/(?:run|night))$/,
    how: 'left out',
    why: 'a step of CI, or CI itself',
  },
  {
    of: /^(?:rules|planted( gaming-platform --seeds=500)?)$/,
    how: 'left out',
    why: 'of the night',
  },
  { of: /^(?:bench|planted) --document$/, how: 'left out', why: 'writes into the documents' },
  { of: /^release$/, how: 'left out', why: 'writes a version' },
  {
    of: /^workshop( (?:check|hint|doctor|reset|solution)\b.*)?$/,
    how: 'left out',
    why: 'changes the files of the exercises; its tests run each',
  },
  { of: /^site dev$/, how: 'left out', why: 'installs what only the site needs' },
  {
    of: /^(?:npm (?:install|create|exec)\b.*)$/,
    how: 'left out',
    why: 'installs; pack:check does it',
  },
  {
    of: /^(?:npm start -- .*|npm run (?:swarm|page|check))$/,
    how: 'left out',
    why: 'of a project that create-firedrill makes; pack:check runs them there',
  },
  {
    of: /^npx firedrill (?:swarm|page|capacity|view)\b.*$/,
    how: 'left out',
    why: 'of an installed package; pack:check runs them',
  },
  {
    of: /^(?:export DATABASE_URL=.*|(?:PARTITION_KEY|WORKER_ID)=\d .*|.* --store=postgres:.*)$/,
    how: 'left out',
    why: 'needs a PostgreSQL server; test:int has one',
  },
  { of: /^.* --engine=bullmq$/, how: 'left out', why: 'needs a Redis server; test:int starts one' },
  {
    of: /^.* dev -- .*$/,
    how: 'left out',
    why: 'watches the files; what it runs at each change is run here without the watching',
  },
  {
    of: /^.* (?:--trace your-traffic\.csv|--file=events\.ndjson)$/,
    how: 'left out',
    why: 'reads a file of the reader',
  },
  {
    of: /^swarm .*--implementation=mine\b.*$/,
    how: 'left out',
    why: 'of an implementation that the reader writes first',
  },
  {
    of: /^swarm .*--each-(?:fault|crash)\b.*$/,
    how: 'left out',
    why: 'takes minutes for each example; the tests of the swarm run it',
  },
  {
    of: /^(?:bench\b|--filter (?:@firedrill\/core|gaming-platform) bench:|--filter flows bench\b).*$/,
    how: 'left out',
    why: 'measures for minutes',
  },
  {
    of: /^swarm\b.*$/,
    how: 'shortened',
    why: 'takes minutes; CI runs samples of each example',
    to: (command) =>
      command
        .replace(/ --(?:seeds|minutes)=\S+/, '')
        .replace(/ swarm(?! [a-z])/, ' swarm caching')
        .replace(/$/, command.includes('--no-keep') ? ' --seeds=1' : ' --seeds=1 --no-keep'),
  },
  {
    of: /^crash-test\b.*$/,
    how: 'left out',
    why: 'takes minutes; a step of CI runs fifteen seconds of it',
  },
  {
    of: /^workshop (?:seal|open) .*$/,
    how: 'answered',
    why: 'asks for a key; here a file has it',
    to: (command) => `echo 'on Mondays the queue is long' > key && ${command} --key-file=key`,
  },
  {
    of: /^workshop --class=.*$/,
    how: 'left out',
    why: 'joins a class on the network of the reader; the tests of the workshop do',
  },
  {
    of: /^(?:page|workshop class --listen|--filter collaboration-platform serve)$/,
    how: 'begun',
    why: 'serves until it is stopped',
  },
];
