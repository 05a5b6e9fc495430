import { z } from 'zod';

/** One cursor in an update of the awareness protocol, read when somebody looks. */
export interface CursorEntry {
  /** Whose it is, in the terms of the update. */
  readonly key: string;
  readonly clock: number;
  /** Where it is; nothing when it is taken away. */
  read(): { readonly personId: string; readonly x: number; readonly y: number } | undefined;
}

const cursorSchema = z.object({
  id: z.string().optional(),
  personId: z.string().optional(),
  x: z.number(),
  y: z.number(),
});

const text = new TextDecoder();

function cursorIn(bytes: Uint8Array): ReturnType<CursorEntry['read']> {
  const { data } = cursorSchema.nullable().safeParse(JSON.parse(text.decode(bytes)));
  const personId = data?.personId ?? data?.id;
  return data && personId !== undefined ? { personId, x: data.x, y: data.y } : undefined;
}

/** Many people are sent the same update. */
const known = new WeakMap<Uint8Array, readonly CursorEntry[]>();

/** The cursors in an update; one that is no list is the JSON of a single cursor. */
export function entriesOf(update: Uint8Array): readonly CursorEntry[] {
  const entries = known.get(update) ?? read(update);
  known.set(update, entries);
  return entries;
}

function read(update: Uint8Array): readonly CursorEntry[] {
  if (
    update[0] === '{'.charCodeAt(0) &&
    update.at(-1) === '}'.charCodeAt(0) &&
    update[1] === 0x22
  ) {
    const cursor = cursorIn(update);
    return cursor === undefined ? [] : [{ key: cursor.personId, clock: 0, read: () => cursor }];
  }
  let at = 0;
  /** Groups of seven bits, the lowest first. */
  function next(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = update[at] ?? 0;
      at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }
  const entries: CursorEntry[] = [];
  for (let left = next(); left > 0; left -= 1) {
    const key = String(next());
    const clock = next();
    const length = next();
    const state = update.subarray(at, at + length);
    at += length;
    entries.push({ key, clock, read: () => cursorIn(state) });
  }
  return entries;
}
