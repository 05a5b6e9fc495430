import { type Judged, ruleWords } from '@firedrill/core/scenario';
import type { Loading } from './example.ts';
import { refusalKey, sources } from './services.ts';
import type { TrueRow } from './world.ts';

type Phase = Judged<Loading>;

const { defineRules, invariant, objective } = ruleWords<Loading>();

const all = ({ truth }: Phase): readonly TrueRow[] => [...truth.written.values()];

/** Rows that are not once where they belong: in the warehouse as they were meant, or in the quarantine. */
export function misplaced(phase: Phase): number {
  const { facts, quarantine, written } = phase.truth;
  const byId = Map.groupBy(facts, ({ id }) => id);
  const wrong = all(phase).filter((row) => {
    const loaded = (byId.get(row.id) ?? []).filter(({ version }) => version === row.version);
    const isAside = quarantine.has(refusalKey(row));
    if (row.fault !== undefined) return loaded.length > 0 || !isAside;
    const [one] = loaded;
    const isRight =
      one?.cents === row.cents &&
      one.shop === row.shop &&
      one.day === row.day &&
      loaded.length === 1;
    return !isRight || isAside;
  }).length;
  const invented = facts.filter(({ id }) => !written.has(id)).length;
  const surplus = facts.length - byId.size;
  return wrong + invented + surplus;
}

/** Totals by shop and day that differ from those of the sources, over rows whose newest version is right. */
export function wrongTotals(phase: Phase): number {
  const bad = new Set(
    all(phase)
      .filter(({ fault }) => fault !== undefined)
      .map(({ id }) => id),
  );
  const sums = new Map<string, number>();
  const add = (shop: string, day: string, cents: number): void => {
    sums.set(`${shop} ${day}`, (sums.get(`${shop} ${day}`) ?? 0) + cents);
  };
  for (const { id, shop, day, cents } of all(phase)) if (!bad.has(id)) add(shop, day, cents);
  for (const { id, shop, day, cents } of phase.truth.facts)
    if (!bad.has(id)) add(shop, day, -cents);
  return [...sums.values()].filter((difference) => difference !== 0).length;
}

/** Entries of the quarantine whose reason does not name the field that is wrong. */
function wrongReasons({ truth }: Phase): number {
  const fields: Readonly<Record<string, string>> = { shop: 'shop', day: 'day', object: 'amount' };
  return [...truth.quarantine.values()].filter(({ id, version, reason }) => {
    const row = truth.written.get(id);
    if (row === undefined) return true;
    if (row.version !== version) return false;
    return !reason.startsWith(`${fields[row.fault ?? ''] ?? '?'}: `);
  }).length;
}

/** Shapes in which a source has written, that nobody was told of, or twice. */
export function untoldShapes({ truth }: Phase): number {
  let wrong = 0;
  for (const source of sources) {
    const seen = new Set(
      [...truth.rows[source].values()].map(({ line }) => {
        const row: unknown = JSON.parse(line);
        const fields = Object.entries(row ?? {}).map(([name, value]) => `${name} ${typeof value}`);
        return fields.toSorted((one, other) => (one < other ? -1 : 1)).join(', ');
      }),
    );
    const told = truth.shapesTold
      .filter((each) => each.source === source)
      .map(({ shape }) => shape);
    wrong += [...seen].filter((shape) => !told.includes(shape)).length;
    wrong += told.length - new Set(told).size;
  }
  return wrong;
}

/** What must be true of whoever fills a warehouse. */
export const rules = defineRules({
  'every-row-once': invariant(
    'the newest version of every row is in the warehouse or in the quarantine, once',
    'misplaced row',
    misplaced,
  ),
  'totals-agree': invariant(
    'by shop and day the warehouse adds up to what the sources mean',
    'wrong total',
    wrongTotals,
  ),
  'reasons-fit': invariant(
    'what is in the quarantine is wrong, and its reason names the field',
    'wrong reason',
    wrongReasons,
  ),
  'drift-told': invariant(
    'of every shape in which a source writes somebody is told, once',
    'untold shape',
    untoldShapes,
  ),
  'fresh-tills': objective(
    'a sale at a till is in the warehouse within half a minute',
    ({ measured }) => measured.tillDelay.p95,
    {
      under: 30_000,
      unit: 'ms',
      of: 'at the 95th percentile',
      needs: ['tills', 'warehouse', 'app'],
    },
  ),
  'fresh-web': objective(
    'a sale on the web is in the warehouse within half a minute',
    ({ measured }) => measured.webDelay.p95,
    {
      under: 30_000,
      unit: 'ms',
      of: 'at the 95th percentile',
      needs: ['web', 'warehouse', 'app'],
    },
  ),
});
