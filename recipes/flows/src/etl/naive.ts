import { type Client, withTimeout } from '@firedrill/core/services';
import type { Sale } from './clean.ts';
import type { EtlServices, SourceName } from './services.ts';

type Outside = {
  readonly [Name in keyof EtlServices]: Client<EtlServices[Name]['operations']>;
};

/**
 * A loop over pages with a cursor in memory: what comes again is inserted again, what bears an older time is never
 * read, half a page is a page, and an amount is whatever `Number` makes of it.
 */
export function naiveEtl(outside: Outside) {
  const warehouse = withTimeout(outside.warehouse, 1_000);
  const cursors = { tills: '', web: '' };
  const pending = new Set<Promise<unknown>>();

  async function readAll(name: SourceName): Promise<void> {
    const source = withTimeout(outside[name], 1_000);
    for (;;) {
      const { text } = await source.page({ after: cursors[name], limit: 50 });
      const lines = text.split('\n').slice(0, -1);
      const sales: Sale[] = [];
      for (const each of lines) {
        const [key = '', line = ''] = each.split('\t');
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it believes what it is sent
        const row = JSON.parse(line) as Sale & { amountCents?: number; amount?: string };
        sales.push({ ...row, cents: row.amountCents ?? Number(row.amount) * 100 });
        cursors[name] = key;
      }
      if (sales.length > 0) await warehouse.insert({ sales });
      if (lines.length < 50) return;
    }
  }

  const tick = (): void => {
    for (const name of ['tills', 'web'] as const) {
      const work = readAll(name)
        .catch(() => {})
        .finally(() => pending.delete(work));
      pending.add(work);
    }
  };
  const timer = setInterval(tick, 10_000);

  return {
    async close(): Promise<void> {
      clearInterval(timer);
      await Promise.all(pending);
    },
  };
}
