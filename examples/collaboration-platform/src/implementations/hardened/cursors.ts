/**
 * Cursors in the format of the awareness protocol of Yjs, so that `y-protocols` in a browser reads and
 * writes them: a count, and for each client its id, a clock that counts up, and its state as JSON text;
 * a state of null says that the client has gone.
 *
 * The server relays the newest entry of each client as it came, and looks at ids and clocks only. Of
 * tens of thousands of cursor updates a second, parsing each to write it again would be most of the work.
 */
export class Cursors {
  #entries: Map<number, CursorChange> | undefined;
  #moved: Map<number, CursorChange> | undefined;

  /**
   * Takes over the update of a client about itself.
   *
   * @throws MalformedCursorError when it is not that.
   */
  receive(clientId: number, update: Uint8Array): void {
    const { clock, start } = headOf(update, clientId);
    const known = this.#entries?.get(clientId);
    if (known !== undefined && known.clock >= clock) return;
    const entry = { clock, bytes: update.subarray(start) };
    this.#entries ??= new Map();
    this.#entries.set(clientId, entry);
    this.#move(clientId, entry);
  }

  /** A client has gone. */
  forget(clientId: number): void {
    const known = this.#entries?.get(clientId);
    if (known === undefined) return;
    this.#entries?.delete(clientId);
    // By the rule of the protocol, null wins over a state with the same clock.
    this.#move(clientId, { ...known, bytes: entryOf(clientId, known.clock, 'null') });
  }

  /** What changed since the last time, however often: the newest of each, also of those who have gone. */
  takeMoved(): CursorChanges {
    const moved = this.#moved ?? noChanges;
    this.#moved = undefined;
    return moved;
  }

  /**
   * All cursors.
   *
   * @param owed what somebody was not told, so that who has gone since goes from their screen as well. Default: nothing.
   */
  everything(owed: CursorChanges = noChanges): CursorChanges {
    return new Map([...owed, ...(this.#entries ?? noChanges)]);
  }

  #move(clientId: number, entry: CursorChange): void {
    this.#moved ??= new Map();
    this.#moved.set(clientId, entry);
  }
}

/** The newest change of each, by client. */
export type CursorChanges = ReadonlyMap<number, CursorChange>;

const noChanges: CursorChanges = new Map();

/** An update that is no cursor of the client that sent it. */
export class MalformedCursorError extends Error {
  override readonly name = 'MalformedCursorError';
  readonly code = 'MALFORMED_CURSOR';
  readonly clientId: number;

  constructor(clientId: number, cause: string) {
    super(
      `Failed to take over a cursor of client ${clientId}: ${cause}. Send one entry, your own.`,
    );
    this.clientId = clientId;
  }
}

/** What has become of a cursor: the newest that its client said, or that it has gone. */
export interface CursorChange {
  readonly clock: number;
  /** Id, clock and state, as they came. */
  readonly bytes: Uint8Array;
}

/** Changes as they are sent. */
export const updateOfChanges = (changes: CursorChanges): Uint8Array =>
  updateOf([...changes.values()]);

/** The update by which a client says where its cursor is. */
export function cursorUpdate(clientId: number, clock: number, state: unknown): Uint8Array {
  return updateOf([{ clock, bytes: entryOf(clientId, clock, JSON.stringify(state)) }]);
}

/**
 * What a client says about itself.
 *
 * @throws MalformedCursorError when it is not that. @throws SyntaxError when the state is no JSON.
 */
export function readCursor(
  clientId: number,
  update: Uint8Array,
): { readonly clock: number; readonly state: unknown } {
  const { clock, stateAt } = headOf(update, clientId);
  return { clock, state: JSON.parse(decoder.decode(update.subarray(stateAt))) };
}

interface Head {
  readonly clock: number;
  /** Where the entry begins, and where its state. */
  readonly start: number;
  readonly stateAt: number;
}

function headOf(update: Uint8Array, clientId: number): Head {
  const count = readNumber(update, 0, clientId);
  const id = readNumber(update, count.end, clientId);
  const clock = readNumber(update, id.end, clientId);
  if (count.value !== 1) throw new MalformedCursorError(clientId, `${count.value} entries`);
  if (id.value !== clientId) throw new MalformedCursorError(clientId, `the id is ${id.value}`);
  const length = readNumber(update, clock.end, clientId);
  if (length.end + length.value !== update.length) {
    throw new MalformedCursorError(clientId, 'the length is wrong');
  }
  return { clock: clock.value, start: count.end, stateAt: length.end };
}

const text = new TextEncoder();
const decoder = new TextDecoder();

function entryOf(clientId: number, clock: number, json: string): Uint8Array {
  const state = text.encode(json);
  const head = [...numberBytes(clientId), ...numberBytes(clock), ...numberBytes(state.length)];
  const bytes = new Uint8Array(head.length + state.length);
  bytes.set(head);
  bytes.set(state, head.length);
  return bytes;
}

function updateOf(entries: readonly CursorChange[]): Uint8Array {
  const head = numberBytes(entries.length);
  const length = entries.reduce((sum, { bytes }) => sum + bytes.length, head.length);
  const update = new Uint8Array(length);
  update.set(head);
  let at = head.length;
  for (const { bytes } of entries) {
    update.set(bytes, at);
    at += bytes.length;
  }
  return update;
}

/** An unsigned integer in groups of seven bits, the lowest first; the top bit says that more follow. */
function numberBytes(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return bytes;
}

function readNumber(
  bytes: Uint8Array,
  from: number,
  clientId: number,
): { readonly value: number; readonly end: number } {
  let value = 0;
  let scale = 1;
  for (let at = from; at < bytes.length && scale <= Number.MAX_SAFE_INTEGER; at += 1) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, end: at + 1 };
    scale *= 0x80;
  }
  throw new MalformedCursorError(clientId, 'it ends in the middle of a number');
}
