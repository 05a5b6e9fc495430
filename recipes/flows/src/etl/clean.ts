import { z } from 'zod';

/** One sale as the warehouse keeps it. */
export interface Sale {
  readonly id: string;
  /** Counts up with every change of the row in its source. */
  readonly version: number;
  readonly shop: string;
  /** Such as 2026-03-02. */
  readonly day: string;
  readonly cents: number;
}

/** A line that is no sale, and why. */
export interface Refused {
  /** Of the row, where it can be read; else the line itself. */
  readonly id: string;
  readonly version: number;
  readonly reason: string;
}

export type Cleaned =
  | { readonly kind: 'sale'; readonly sale: Sale; readonly shape: string }
  | { readonly kind: 'refused'; readonly refused: Refused; readonly shape: string };

export const shops = ['harbour', 'market', 'station', 'web'] as const;
/** Above this it is no sale but a mistake, cents. */
const mostCents = 1_000_000;

const common = {
  id: z.string().min(1),
  version: z.int().positive(),
  shop: z.enum(shops),
  day: z.iso.date(),
};
const cents = z.int().min(0).max(mostCents);
/** The shapes that are known, by the name of their amount: the source has changed it once. */
const shapes = {
  amountCents: z
    .looseObject({ ...common, amountCents: cents })
    .transform(({ id, version, shop, day, amountCents }) => ({
      id,
      version,
      shop,
      day,
      cents: amountCents,
    })),
  amount: z
    .looseObject({
      ...common,
      amount: z.string().regex(/^\d{1,7}\.\d{2}$/, 'is no amount such as 12.50'),
    })
    .transform(({ id, version, shop, day, amount }) => ({
      id,
      version,
      shop,
      day,
      // By its digits: 0.29 × 100 is not 29.
      cents: Number(amount.replace('.', '')),
    }))
    .refine((sale) => sale.cents <= mostCents, { path: ['amount'], message: 'is too much' }),
};

/** Reads one line of a source: a sale with the right types, or a reason. */
export function cleaned(line: string): Cleaned {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return refusedAs({ id: line, version: 0 }, 'the line is no JSON', 'unreadable');
  }
  const loose = looseRow.safeParse(value);
  if (!loose.success)
    return refusedAs({ id: line, version: 0 }, 'there is no row in it', 'unreadable');
  const row = loose.data;
  const shape = shapeOf(row);
  const schema = 'amountCents' in row ? shapes.amountCents : shapes.amount;
  const parsed = schema.safeParse(row);
  if (parsed.success) return { kind: 'sale', sale: parsed.data, shape };
  const [issue] = parsed.error.issues;
  const reason = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is not as it should be'}`;
  return refusedAs(row, reason, shape);
}

/** Fields with their types, in the order of the alphabet: what differs in it is another shape. */
export function shapeOf(row: object): string {
  const fields = Object.entries(row).map(([name, value]) => `${name} ${typeof value}`);
  return fields.toSorted().join(', ');
}

const looseRow = z.looseObject({ id: z.string(), version: z.int() });

const refusedAs = (
  { id, version }: { readonly id: string; readonly version: number },
  reason: string,
  shape: string,
): Cleaned => ({ kind: 'refused', refused: { id, version, reason }, shape });
