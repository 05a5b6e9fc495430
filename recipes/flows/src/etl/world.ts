import { settle, sleep } from '@firedrill/core/resilience';
import type { Random } from '@firedrill/core/simulation';
import { keyOf } from './page.ts';
import { type Ledger, refusalKey, type SourceName, sources } from './services.ts';

/** A row as whoever wrote it means it. */
export interface TrueRow {
  readonly source: SourceName;
  readonly id: string;
  readonly version: number;
  readonly shop: string;
  readonly day: string;
  readonly cents: number;
  /** What is wrong with it as it was written: it belongs into the quarantine. */
  readonly fault: string | undefined;
  /** When it appeared in its source, ms since the run began. */
  readonly atMs: number;
  /** Whether it bears a time so old that only a backfill finds it. */
  readonly isVeryLate: boolean;
}

export interface EtlTruth extends Ledger {
  /** Newest versions by id. */
  readonly written: Map<string, TrueRow>;
}

export interface WorldParts {
  readonly truth: EtlTruth;
  readonly elapsedMs: () => number;
  readonly startMs: number;
  readonly draw: Random;
  readonly backfill: (id: string, source: SourceName, fromMs: number) => Promise<void>;
}

/** From then on amounts come as text, and with a channel. */
export const changedAtMs = 120_000;
/** For a while they come as objects: somebody has deployed a mistake, and mends the rows later. */
export const mistakeMs = { from: 180_000, to: 195_000 };

/** How a source writes a row at a time. */
function written(row: TrueRow, nowMs: number): string {
  const { id, version, shop, day, cents, fault } = row;
  const text = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
  const amount =
    fault === 'object'
      ? { amount: { value: text }, channel: 'app' }
      : nowMs < changedAtMs
        ? { amountCents: cents }
        : { amount: text, channel: 'app' };
  const spoilt =
    fault === 'shop' ? { shop: 'moon' } : fault === 'day' ? { day: '2026-02-30' } : undefined;
  return JSON.stringify({ id, version, shop, day, ...amount, ...spoilt });
}

/** Writes a sale, perhaps changes it, and waits until it has arrived or hope is given up. */
export async function sell(index: number, parts: WorldParts): Promise<void> {
  const { truth, draw, elapsedMs, startMs, backfill } = parts;
  const source = draw.pick(sources);
  const shop = source === 'web' ? 'web' : draw.pick(['harbour', 'market', 'station'] as const);
  const id = `${source}-${index + 1}`;
  const versions = draw.chance(0.15) ? 2 : 1;
  for (let version = 1, isMended = false; version <= versions || isMended; version += 1) {
    if (version > 1) await sleep(draw.integer(20_000, 50_000));
    const nowMs = elapsedMs();
    const isMistake = version === 1 && nowMs >= mistakeMs.from && nowMs < mistakeMs.to;
    const spoilt = draw.chance(0.04) ? draw.pick(['shop', 'day']) : undefined;
    const fault = isMistake ? 'object' : spoilt;
    isMended = isMistake;
    const isVeryLate = version === 1 && draw.chance(0.015);
    const lateMs = isVeryLate
      ? draw.integer(150_000, 400_000)
      : draw.chance(0.1)
        ? draw.integer(1_000, 50_000)
        : 0;
    const cents = draw.integer(1, 20_000);
    const day = draw.pick(['2026-03-01', '2026-03-02']);
    const row: TrueRow = { source, id, version, shop, day, cents, fault, atMs: nowMs, isVeryLate };
    const updatedMs = startMs + nowMs - lateMs;
    truth.written.set(id, row);
    truth.rows[source].set(id, { key: keyOf(updatedMs, id), line: written(row, nowMs) });
    if (isVeryLate) await whoeverBooksLate(id, source, updatedMs, backfill);
    await arrived(row, parts);
  }
}

/** Whoever books days later tells those who read the books. */
async function whoeverBooksLate(
  id: string,
  source: SourceName,
  updatedMs: number,
  backfill: WorldParts['backfill'],
): Promise<void> {
  for (let attempt = 1; attempt <= 150; attempt += 1) {
    if ((await settle(backfill(`backfill-${id}`, source, updatedMs))).kind === 'success') return;
    await sleep(2_000);
  }
}

async function arrived({ id, version }: TrueRow, { truth, elapsedMs }: WorldParts): Promise<void> {
  const untilMs = elapsedMs() + 300_000;
  while (elapsedMs() < untilMs) {
    if (truth.quarantine.has(refusalKey({ id, version }))) return;
    if ((truth.loadedVersions.get(id) ?? 0) >= version) return;
    await sleep(2_000);
  }
}
