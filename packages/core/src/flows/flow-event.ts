import type { TraceContext } from './observer.ts';

/**
 * One event on its way, with where it comes from. It travels as JSON. Its fields are read by name: a copy by
 * spread may have no id.
 */
export interface FlowEvent<Name extends string = string, Data = unknown> {
  /**
   * Of two events with one id, only the first counts. Given by whoever publishes, or made from the id of
   * the event that it follows from, so that a step that runs twice publishes the same event twice.
   */
  readonly id: string;
  readonly name: Name;
  readonly data: Data;
  /** Shared by everything that follows from one event that came from outside: that event's id. */
  readonly correlationId: string;
  /** The id of the event that it follows from; `undefined` for one from outside. */
  readonly causationId: string | undefined;
  /** Events that it follows from, one from another: 0 for one from outside. */
  readonly depth: number;
  /** When it was published, in ms since 1970 (UTC). */
  readonly atMs: number;
  /** Names of the last events that it follows from; kept only once a chain is suspiciously long. */
  readonly trail?: readonly string[] | undefined;
  /** Context of the trace that it belongs to, while an observer traces the flow. */
  readonly traceContext?: TraceContext | undefined;
}

/** An event from outside. */
export function firstEvent(
  id: string,
  name: string,
  data: unknown,
  atMs: number,
  traceContext: TraceContext | undefined,
): FlowEvent {
  return {
    id,
    name,
    data,
    correlationId: id,
    causationId: undefined,
    depth: 0,
    atMs,
    ...(traceContext && { traceContext }),
  };
}

/** How many names of a long chain are kept, to name its circle. */
const trailLength = 12;

/** What follows from another event. Its id is made when it is first read: nobody asks most of them for it. */
class FollowingEvent implements FlowEvent {
  readonly name: string;
  readonly data: unknown;
  readonly correlationId: string;
  readonly causationId: string;
  readonly depth: number;
  readonly atMs: number;
  readonly trail: readonly string[] | undefined;
  readonly traceContext: TraceContext | undefined;
  readonly #step: string;
  readonly #index: number;
  #id: string | undefined;

  constructor(
    cause: FlowEvent,
    step: string,
    index: number,
    next: NextData,
    trail: readonly string[] | undefined,
  ) {
    this.name = next.name;
    this.data = next.data;
    this.correlationId = cause.correlationId;
    this.causationId = cause.id;
    this.depth = cause.depth + 1;
    this.atMs = next.atMs;
    this.trail = trail;
    this.traceContext = next.traceContext;
    this.#step = step;
    this.#index = index;
  }

  get id(): string {
    return (this.#id ??= `${this.correlationId}~${this.depth}-${hashOf(this.causationId, this.#step, this.#index)}`);
  }

  /** As on a wire, where nothing can be asked. */
  toJSON(): FlowEvent {
    const { id, name, data, correlationId, causationId, depth, atMs, trail, traceContext } = this;
    return { id, name, data, correlationId, causationId, depth, atMs, trail, traceContext };
  }
}

interface NextData {
  readonly name: string;
  readonly data: unknown;
  readonly atMs: number;
  readonly traceContext: TraceContext | undefined;
}

/** The event that follows from another in a step. */
export function follow(
  cause: FlowEvent,
  step: string,
  index: number,
  next: NextData,
  maxChainLength: number,
): FlowEvent {
  return new FollowingEvent(cause, step, index, next, trailOf(cause, maxChainLength));
}

/** The names of the last events, once a chain is suspiciously long. */
function trailOf(cause: FlowEvent, maxChainLength: number): readonly string[] | undefined {
  if (cause.depth + 1 < maxChainLength - trailLength) return undefined;
  return [...(cause.trail ?? []), cause.name].slice(1 - trailLength);
}

/**
 * 53 bits of `cause step index` (cyrb53, bryc, public domain). Two events of one correlation, at one
 * depth, would have to meet in it to be taken for one. The parts are read where they stand: a text put
 * together from them would be copied first. In one loop: what a function inside would share is kept on the heap.
 */
function hashOf(cause: string, step: string, index: number): string {
  let high = 0xde_ad_be_ef;
  let low = 0x41_c6_ce_57;
  for (const text of [cause, ' ', step, ' ', String(index)]) {
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      high = Math.imul(high ^ code, 2_654_435_761);
      low = Math.imul(low ^ code, 1_597_334_677);
    }
  }
  const mixed =
    Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  const end =
    Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(mixed ^ (mixed >>> 13), 3_266_489_909);
  return inBase36(4_294_967_296 * (2_097_151 & end) + (mixed >>> 0));
}

const pairs = Array.from({ length: 36 * 36 }, (_, value) => value.toString(36).padStart(2, '0'));

/** As `toString(36)` of a whole number, which the engine works out digit by digit as a fraction. */
function inBase36(value: number): string {
  let rest = value;
  let text = '';
  while (rest >= 1_296) {
    const above = Math.floor(rest / 1_296);
    text = `${pairs[rest - above * 1_296]}${text}`;
    rest = above;
  }
  return `${rest.toString(36)}${text}`;
}
