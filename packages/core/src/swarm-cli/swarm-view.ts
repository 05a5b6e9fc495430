import process from 'node:process';
import { styleText } from 'node:util';
import { formatDuration, formatValue, plural } from '../scenario/format.ts';
import type { StormPlan, StormResult } from '../swarm/index.ts';
import type { ExcusedOverAll } from './excused.ts';
import type { Ground } from './never-reached.ts';
import type { ShareOverAll } from './shares-over-all.ts';
import type { BrokenRule } from './shrink-broken.ts';

/** What all storms on one example came to. */
export interface SwarmTotals extends ExcusedOverAll {
  readonly plan: StormPlan['kind'];
  readonly firstSeed: number;
  readonly storms: number;
  readonly broken: number;
  /** Seeds that could not be run. */
  readonly failed: number;
  readonly cpuMs: number;
  readonly isExcusedTooMuch: boolean;
  /** Shares that rest on chance, over all storms together. */
  readonly shares: readonly ShareOverAll[];
  /** Objectives that broke, and only while they were excused. */
  readonly forgiven: number;
  /** Digest of storms and verdicts, the same on every machine. */
  readonly verdicts: string;
  /** Kinds of fault that were not drawn, with the reason. */
  readonly leftOut: Readonly<Record<string, string>>;
  readonly neverReached: Ground<readonly string[]>;
}

/** Shows a swarm as it goes on. */
export interface SwarmView {
  storm(result: StormResult): void;
  end(totals: SwarmTotals, tookMs: number): void;
  broken(rule: BrokenRule, isStopped: boolean): void;
}

/** For people; or with `json` an object a line, each with its type: `storm`, `swarm`, `shrunk`. */
export function swarmView(example: string, implementation: string, json: boolean): SwarmView {
  return json ? jsonView(example, implementation) : textView(example, implementation);
}

function jsonView(example: string, implementation: string): SwarmView {
  const row = (type: string, rest: object): void =>
    write(JSON.stringify({ type, example, implementation, ...rest }));
  return {
    storm: (result) => row('storm', result),
    // Without what differs from machine to machine.
    end: ({ cpuMs: _cpuMs, ...totals }) => row('swarm', totals),
    broken: (rule) => row('shrunk', rule),
  };
}

const planned: Readonly<Record<StormPlan['kind'], string>> = {
  drawn: '',
  'each-fault': ', each of one fault for a minute,',
  'each-crash': ' of recovery in small, each with a crash,',
};

const ratio = (value: number): string => formatValue(value, 'ratio');

function shareText({ rule, part, of, interval: [low, high], limit }: ShareOverAll): string {
  const [words, asked] =
    'atLeast' in limit ? ['at least', limit.atLeast] : ['at most', limit.atMost];
  return (
    `${rule}: ${ratio(part / of)} of ${formatValue(of, 'count')}, 99 % interval ${ratio(low)} to ${ratio(high)}, ` +
    `${words} ${ratio(asked)} asked`
  );
}

function textView(example: string, implementation: string): SwarmView {
  return {
    storm() {},
    end(totals, tookMs) {
      const { storms, firstSeed, cpuMs, broken, failed, judgedMs, excusedMs, forgiven } = totals;
      write(
        `${example}, ${implementation}: ${plural(storms, 'storm')}${planned[totals.plan]} from seed ${firstSeed} in ${formatDuration(tookMs)}, ` +
          `${Math.round(cpuMs / Math.max(1, storms))} ms of one processor a storm, ` +
          (broken > 0
            ? styleText('red', `${broken} broke`)
            : styleText(failed > 0 ? 'red' : 'green', 'nothing broke')) +
          (failed > 0 ? styleText('red', `, ${failed} could not be run`) : ''),
      );
      write(`  verdicts sha256 ${totals.verdicts}`);
      if (judgedMs > 0) {
        write(
          `  objectives: ${formatDuration(judgedMs)} judged, ${formatDuration(excusedMs)} (${ratio(totals.excusedShare)}) of it excused ` +
            `by faults; ${plural(forgiven, 'objective')} broke in that time only`,
        );
      }
      if (totals.isExcusedTooMuch) {
        write(styleText('red', '  more than a fifth is excused: these storms judge too little'));
      }
      for (const share of totals.shares) {
        const text = `  over all storms, ${shareText(share)}`;
        write(share.holds ? text : styleText('red', `${text}: broken`));
      }
      for (const [kind, reason] of Object.entries(totals.leftOut))
        write(`  left out: ${kind}, ${reason}`);
      const { kinds, operations, signals } = totals.neverReached;
      for (const [what, names] of [
        ['kinds of fault', kinds],
        ['operations', operations],
        ['signals', signals],
      ] as const) {
        if (names.length > 0) write(`  never reached, ${what}: ${names.join(', ')}`);
      }
    },
    broken({ rule, seeds, storm, breakage, runs, line, file }, isStopped) {
      const some = `${seeds.slice(0, 10).join(', ')}${seeds.length > 10 ? ', …' : ''}`;
      write(
        `\n  ${styleText('red', rule)} broke in ${plural(seeds.length, 'storm')}: seeds ${some}`,
      );
      write(
        runs === undefined
          ? `  not shrunk${isStopped ? '' : '; --shrink=<more rules> makes it smaller'}: ${breakage.text}`
          : `  shrunk in ${plural(runs, 'run')} to ${plural(storm.faults.length, 'fault')}: ${breakage.text}`,
      );
      write(`  ${line}`);
      if (file !== undefined) write(`  kept in ${file}`);
    },
  };
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
