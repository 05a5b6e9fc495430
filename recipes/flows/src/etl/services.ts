import { defineService } from '@firedrill/core/services';
import type { Random } from '@firedrill/core/simulation';
import { z } from 'zod';
import type { Refused, Sale } from './clean.ts';
import { pageText } from './page.ts';

export const sources = ['tills', 'web'] as const;
export type SourceName = (typeof sources)[number];

/** A row as its source has it now. */
export interface SourceRow {
  readonly key: string;
  readonly line: string;
}

/** Kept by the services, for the judge. */
export interface Ledger {
  /** Rows by id. */
  readonly rows: Readonly<Record<SourceName, Map<string, SourceRow>>>;
  /** What the warehouse holds: one entry for each row that was inserted. */
  readonly facts: Sale[];
  /** The highest version that was loaded, by id. */
  readonly loadedVersions: Map<string, number>;
  readonly quarantine: Map<string, Refused>;
  /** Shapes that somebody was told of, by source; in the order in which they were. */
  readonly shapesTold: { readonly source: string; readonly shape: string }[];
  readonly onLoaded: (sale: Sale) => void;
  /** Whether a source sends an old page, or half of one: what sources do on bad days. */
  readonly isBadDay: (nowMs: number) => boolean;
}

export const refusalKey = ({ id, version }: Pick<Refused, 'id' | 'version'>): string =>
  `${id} ${version}`;

/** Two sources, the warehouse, the quarantine and whoever reads the alerts, who write down what they do. */
export function createEtlServices(ledger: Ledger, draw: Random) {
  const { rows, facts, quarantine, shapesTold, onLoaded, isBadDay } = ledger;
  const places = new Map<string, number>();
  const told = new Set<string>();

  const source = (name: SourceName) => {
    let lastAfter = '';
    return defineService({
      name,
      baseUrl: `https://${name}.test`,
      latency: { p50Ms: 40, p99Ms: 250 },
      operations: {
        page: {
          method: 'POST',
          path: '/pages',
          input: z.object({ after: z.string(), limit: z.int().positive() }),
          handle: ({ after, limit }, { nowMs }) => {
            const isBad = isBadDay(nowMs);
            const from = isBad && lastAfter < after && draw.chance(0.2) ? lastAfter : after;
            lastAfter = after;
            const lines = [...rows[name].values()]
              .filter(({ key }) => key > from)
              .toSorted((one, other) => (one.key < other.key ? -1 : 1))
              .slice(0, limit);
            const text = pageText({ lines });
            const isHalf = isBad && draw.chance(0.1);
            return { text: isHalf ? text.slice(0, Math.floor(text.length * draw.next())) : text };
          },
        },
      },
    });
  };

  const warehouse = defineService({
    name: 'warehouse',
    baseUrl: 'https://warehouse.test',
    latency: { p50Ms: 60, p99Ms: 300 },
    operations: {
      /** Of a row the highest version counts. */
      upsert: {
        method: 'PUT',
        path: '/sales',
        input: z.object({ sales: z.custom<readonly Sale[]>(Array.isArray) }),
        handle: ({ sales }) => {
          for (const sale of sales) {
            const at = places.get(sale.id);
            const known = at === undefined ? undefined : facts[at];
            if (known !== undefined && known.version >= sale.version) continue;
            if (at === undefined) places.set(sale.id, facts.push(sale) - 1);
            else facts[at] = sale;
            onLoaded(sale);
          }
          return {};
        },
      },
      insert: {
        method: 'POST',
        path: '/sales',
        input: z.object({ sales: z.custom<readonly Sale[]>(Array.isArray) }),
        handle: ({ sales }) => {
          for (const sale of sales) {
            facts.push(sale);
            onLoaded(sale);
          }
          return {};
        },
      },
    },
  });

  const aside = defineService({
    name: 'quarantine',
    baseUrl: 'https://quarantine.test',
    latency: { p50Ms: 20, p99Ms: 100 },
    operations: {
      put: {
        method: 'PUT',
        path: '/refused',
        input: z.object({ refused: z.custom<readonly Refused[]>(Array.isArray) }),
        handle: ({ refused }) => {
          for (const each of refused) quarantine.set(refusalKey(each), each);
          return {};
        },
      },
    },
  });

  const alerts = defineService({
    name: 'alerts',
    baseUrl: 'https://alerts.test',
    latency: { p50Ms: 30, p99Ms: 150 },
    operations: {
      tell: {
        method: 'POST',
        path: '/alerts',
        input: z.object({ key: z.string(), source: z.string(), shape: z.string() }),
        handle: ({ key, ...alert }) => {
          if (told.has(key)) return {};
          told.add(key);
          shapesTold.push(alert);
          return {};
        },
      },
    },
  });

  return { tills: source('tills'), web: source('web'), warehouse, quarantine: aside, alerts };
}

export type EtlServices = ReturnType<typeof createEtlServices>;
