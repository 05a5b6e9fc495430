import { measure } from './measure.ts';
import { type Goal, type Row, takingPart } from './rows.ts';
import type { Peer } from './session.ts';
import { median } from '../median.ts';

/** One peer on one row. */
export interface Figure {
  readonly peer: string;
  /** Median over the rounds, in the unit of the row. */
  readonly median: number;
  /** Median over the rounds of this peer's figure divided by ours of the same round. */
  readonly timesOurs: number;
  readonly events: number;
  readonly note: string | undefined;
}

export interface RowResult {
  readonly row: Row;
  readonly figures: readonly Figure[];
  readonly verdicts: readonly Verdict[];
}

/** One goal of a row, and what was reached: of several peers, against the nearest. */
export interface Verdict {
  readonly goal: Goal;
  readonly reached: number;
  readonly isMet: boolean;
}

export interface RunOptions {
  readonly events: number;
  readonly rounds: number;
}

/**
 * Measures one row: in each round every peer once, in an order that rotates, so that whatever the
 * machine does at the time happens to all of them. Ratios are taken within a round.
 */
export async function runRow(row: Row, { events, rounds }: RunOptions): Promise<RowResult> {
  const taking = takingPart(row);
  const eventsOf = (peer: Peer): number =>
    // Heap is counted per emit and takes no time; what is slow is so for each of its tasks.
    Math.max(100, Math.round(events * (row.measure === 'heap' ? 1 : peer.share)));
  const samples = new Map(taking.map((peer): [Peer, number[]] => [peer, []]));
  const warmUps = row.measure === 'heap' ? 0 : 2;
  const repeats = row.measure === 'heap' ? 1 : rounds;
  for (let round = -warmUps; round < repeats; round++) {
    const shift = (round + warmUps) % taking.length;
    for (const peer of [...taking.slice(shift), ...taking.slice(0, shift)]) {
      const sample = await measure(peer, row, eventsOf(peer));
      if (round >= 0) samples.get(peer)?.push(sample);
    }
  }
  const ours = (taking[0] && samples.get(taking[0])) ?? [];
  const figures = Array.from(samples, ([peer, values]): Figure => {
    const ratios = values.map((value, round) => value / (ours[round] ?? NaN));
    return {
      peer: peer.name,
      median: median(values),
      timesOurs: median(ratios),
      events: eventsOf(peer),
      note: peer.note,
    };
  });
  return { row, figures, verdicts: row.goals.map((goal) => judge(goal, figures)) };
}

function judge(goal: Goal, figures: readonly Figure[]): Verdict {
  if (goal.kind === 'at-most') {
    const reached = figures[0]?.median ?? NaN;
    return { goal, reached, isMet: reached <= goal.value };
  }
  const ratios = figures
    .filter(({ peer }) => goal.peers.includes(peer))
    .map((figure) => figure.timesOurs);
  const reached = ratios.length === 0 ? NaN : Math.min(...ratios);
  return { goal, reached, isMet: reached >= goal.times };
}
