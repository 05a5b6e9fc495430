import { outcomeOf } from '@firedrill/core/resilience';
import { withTimeout } from '@firedrill/core/services';
import { type Region, regions } from '../../domain.ts';
import { feeCents } from '../../domain/ledger.ts';
import {
  acquirerFeeCents,
  type SettledFile,
  type SettlementBreak,
  type SettlementFile,
} from '../../domain/settlement.ts';
import type { Context } from '../../system.ts';
import type { Books } from './books.ts';

/** How often files are looked for, in ms: one comes a day. */
const lookEveryMs = 6 * 3_600_000;

const fileTimeoutMs = 30_000;

/** A charge as the books have it. */
interface Booked {
  readonly chargeId: string;
  readonly amountCents: number;
  readonly capturedAtMs: number;
  readonly isPaidOut: boolean;
}

/** Compares a file with the books: by its reference alone, as two charges may be of one amount. */
export function match(file: SettlementFile, booked: readonly Booked[]): SettledFile {
  const byRef = new Map(booked.map((charge) => [charge.chargeId, charge]));
  const seen = new Set<string>();
  const payouts: { readonly chargeId: string; readonly cents: number }[] = [];
  const breaks: SettlementBreak[] = [];
  for (const { ref, grossCents, feeCents: kept } of file.lines) {
    const charge = byRef.get(ref);
    if (charge === undefined) breaks.push({ ref, kind: 'unknown' });
    else if (seen.has(ref) || charge.isPaidOut) breaks.push({ ref, kind: 'twice' });
    else {
      const isAgreed = grossCents === charge.amountCents && kept === acquirerFeeCents(grossCents);
      if (!isAgreed) breaks.push({ ref, kind: 'wrong-fee' });
      // The merchant is paid by our contract; what the acquirer keeps is between it and us.
      payouts.push({ chargeId: ref, cents: charge.amountCents - feeCents(charge.amountCents) });
    }
    seen.add(ref);
  }
  for (const { chargeId, capturedAtMs, isPaidOut } of booked) {
    if (capturedAtMs < file.untilMs && !isPaidOut && !seen.has(chargeId)) {
      breaks.push({ ref: chargeId, kind: 'missing' });
    }
  }
  return { fileId: file.fileId, payouts, breaks };
}

/** Settles the acquirers' files as they come, each once. Gives back what ends that. */
export function settleFiles({ outside, settings, telemetry }: Context, books: Books): () => void {
  if (!settings.settlement) return () => undefined;

  async function settle(region: Region): Promise<void> {
    const gateway = withTimeout(outside.gateways[region], fileTimeoutMs);
    for (const file of await gateway.settlementFiles(undefined)) {
      const { files, charges } = await books.insist((database) =>
        database.settlementBooks({ region }),
      );
      if (files.includes(file.fileId)) continue;
      await books.insist((database) => database.settleFile(match(file, charges)));
    }
  }

  const timer = setInterval(() => {
    for (const region of regions) {
      void settle(region).catch((error: unknown) => {
        telemetry.failed(error);
        if (outcomeOf(error) === undefined) throw error;
      });
    }
  }, lookEveryMs);
  return () => clearInterval(timer);
}
