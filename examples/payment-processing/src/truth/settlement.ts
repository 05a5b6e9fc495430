import type { WorldContext } from '@firedrill/core/scenario';
import type { Region } from '../domain.ts';
import {
  type SettlementBreak,
  type SettlementFile,
  type SettledFile,
  type SettlementLine,
} from '../domain/settlement.ts';
import type { Payments } from '../types.ts';
import { feeByContract, keptByContract } from './contracts.ts';
import type { Charge, Gateways } from './gateways.ts';

const day = 86_400_000;

/** What acquirers send, what is wrong with it, and what the platform made of it. */
export interface Settlement {
  /** Files that an acquirer has sent by now, in the order in which they came. */
  filesOf(region: Region): readonly SettlementFile[];
  /** The platform has settled a file. */
  settled(file: SettledFile): void;
  /** Planted differences that were not found, or taken for another kind. */
  readonly unfound: number;
  /** Differences that were found and are none. */
  readonly falseBreaks: number;
  /** Charges that were not paid out once, as the contract says. */
  readonly wrongPayouts: number;
}

export function createSettlement(
  { elapsedMs, random, violate }: WorldContext<Payments>,
  gateways: Pick<Gateways, 'charges'>,
  regionOf: (merchantId: string) => Region | undefined,
): Settlement {
  const files = new Map<Region, SettlementFile[]>();
  const planted: SettlementBreak[] = [];
  const found: SettlementBreak[] = [];
  const payouts = new Map<string, number[]>();

  const chargesOf = (region: Region, fromMs: number, untilMs: number): readonly Charge[] =>
    [...gateways.charges.values()].filter(
      ({ merchantId, atMs }) => regionOf(merchantId) === region && atMs >= fromMs && atMs < untilMs,
    );

  /** The first file, damaged in every way at once; the line that is missing comes on the third day. */
  function firstFile(region: Region): {
    readonly file: SettlementFile;
    readonly late: SettlementLine[];
  } {
    const chance = random(`settlement of ${region}`);
    const lines = chargesOf(region, 0, day).map(lineOf);
    const late: SettlementLine[] = [];
    const damage = (
      kind: SettlementBreak['kind'],
      at: number,
      change: (line: SettlementLine) => readonly SettlementLine[],
    ) => {
      const line = lines[at];
      if (line === undefined) return;
      planted.push({ ref: line.ref, kind });
      lines.splice(at, 1, ...change(line));
    };
    // From the back, so that no damage moves the next one.
    const from = chance.integer(0, Math.max(0, lines.length - 4));
    damage('wrong-fee', from + 3, (line) => [{ ...line, grossCents: line.grossCents - 1 }]);
    damage('wrong-fee', from + 2, (line) => [{ ...line, feeCents: line.feeCents + 1 }]);
    damage('twice', from + 1, (line) => [line, line]);
    damage('missing', from, (line) => {
      late.push(line);
      return [];
    });
    const ref = `charge-of-nobody-${region}`;
    planted.push({ ref, kind: 'unknown' });
    // Of an amount that somebody has paid: two charges may be of one amount.
    const grossCents = lines[0]?.grossCents ?? 10_000;
    lines.push({ ref, grossCents, feeCents: keptByContract(grossCents) });
    return { file: { fileId: `${region}-1`, untilMs: day, lines }, late };
  }

  function filesUntilNow(region: Region): SettlementFile[] {
    const sent = files.get(region) ?? [];
    files.set(region, sent);
    if (sent.length === 0 && elapsedMs() >= day) {
      const { file, late } = firstFile(region);
      lateLines.set(region, late);
      sent.push(file);
    }
    const [first] = sent;
    if (sent.length === 1 && first !== undefined && elapsedMs() >= 2 * day) sent.push(first);
    if (sent.length === 2 && elapsedMs() >= 3 * day) {
      const later = chargesOf(region, day, 3 * day).map(lineOf);
      const lines = [...(lateLines.get(region) ?? []), ...later];
      sent.push({ fileId: `${region}-3`, untilMs: 3 * day, lines });
    }
    return sent;
  }
  const lateLines = new Map<Region, readonly SettlementLine[]>();

  return {
    filesOf: (region) => structuredClone(filesUntilNow(region)),
    settled(file) {
      found.push(...file.breaks);
      for (const { chargeId, cents } of file.payouts) {
        const all = [...(payouts.get(chargeId) ?? []), cents];
        payouts.set(chargeId, all);
        if (all.length > 1) violate('paid-out-once', `${chargeId} is paid out ${all.length} times`);
      }
    },
    get unfound() {
      return planted.filter((each) => !found.some((other) => isSame(each, other))).length;
    },
    get falseBreaks() {
      return found.filter((each) => !planted.some((other) => isSame(each, other))).length;
    },
    get wrongPayouts() {
      return [...gateways.charges.values()].filter(({ chargeId, amountCents }) => {
        const paid = payouts.get(chargeId) ?? [];
        return paid.length !== 1 || paid[0] !== amountCents - feeByContract(amountCents);
      }).length;
    },
  };
}

const lineOf = ({ chargeId, amountCents }: Charge): SettlementLine => ({
  ref: chargeId,
  grossCents: amountCents,
  feeCents: keptByContract(amountCents),
});

const isSame = (one: SettlementBreak, other: SettlementBreak): boolean =>
  one.ref === other.ref && one.kind === other.kind;
