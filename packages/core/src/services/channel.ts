import type { ActiveFault } from './active-fault.ts';
import { copyData, frozenData } from './copy-data.ts';
import { corrupted } from './corrupted.ts';
import { latencySampler, type Latency } from './latency.ts';
import { later } from './later.ts';
import type { HostContext } from './service-host.ts';
import {
  copyDelays,
  delayed,
  findTrouble,
  isPerformedBeforeReset,
  type Trouble,
} from './trouble.ts';

/** What a channel is called, and how long a message takes. */
export interface ChannelOptions<Message> {
  /** Kebab-case; the name by which faults know it. Unique among services and channels. */
  readonly name: string;
  /** Time from sending a message to its delivery. */
  readonly latency: Latency;
  /** The key of a message, by which faults strike a share of keys. */
  readonly keyOf?: (message: Message) => string;
  /** What these keys are, in the plural: `merchants`. Default: `keys`. */
  readonly keys?: string;
  /**
   * The sender tries again after this time for as long as nobody listens (the process is down, or cut off).
   * Default: the message is lost.
   */
  readonly againAfterMs?: number;
  /**
   * Who receives a message can tell when something of it was changed on its way: it is signed, or has a checksum.
   * Default: nobody can, and it is not struck so.
   */
  readonly isChecked?: boolean;
}

/** A declared channel: whoever sends holds it; who receives is given an {@link Inbox} by the runner. */
export interface ChannelDefinition<Message> extends ChannelOptions<Message> {
  readonly kind: 'channel';
  /** Sends a message. @throws RangeError before the channel was opened. */
  send(message: Message): void;
  metrics(): ChannelMetrics;
}

/** The receiving end of a channel. */
export interface Inbox<Message> {
  /** Hands each message to the handler, too. Gives back what ends that. */
  onMessage(handler: (message: Message) => void): () => void;
}

const opened = new WeakMap<object, Channel<never>>();

/** Declares a channel; a network opens it. */
export function defineChannel<Message>(
  options: ChannelOptions<Message>,
): ChannelDefinition<Message> {
  const definition: ChannelDefinition<Message> = Object.freeze({
    ...options,
    kind: 'channel' as const,
    send: (message: Message) => channelOf(definition).send(message),
    metrics: () => channelOf(definition).metrics(),
  });
  return definition;
}

/** The channel that a network has opened for this definition. */
export function channelOf<Message>(definition: ChannelDefinition<Message>): Channel<Message> {
  const channel = opened.get(definition);
  if (channel !== undefined) return channel;
  throw new RangeError(
    `Failed to use the channel "${definition.name}": it is not open yet. Declare it among what createServices gives back.`,
  );
}

/** Notes which channel stands behind a definition. */
export function openDefinition<Message>(
  definition: ChannelDefinition<Message>,
  channel: Channel<Message>,
): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- taken out with its own type
  opened.set(definition, channel as unknown as Channel<never>);
}

/** `sent + copies` is the sum of `delivered`, `lost` and `inFlight`. */
export interface ChannelMetrics {
  readonly sent: number;
  /** Deliveries that a fault added. */
  readonly copies: number;
  readonly delivered: number;
  /** Lost to a fault, or delivered when nobody listened or could be reached. */
  readonly lost: number;
  readonly inFlight: number;
}

/**
 * Deliveries in one direction, as a provider's callbacks are; nobody gets an answer. Faults strike
 * them as they strike calls: duplicate, reorder, slow and corrupt as their names say; a hang holds messages
 * until it ends; drop-response, error, flap and a reset without effect lose them. A partition keeps them
 * from the handlers of the processes that it cuts off.
 */
export interface Channel<Message> {
  send(message: Message): void;
  /**
   * Hands each message to the handler, too. Gives back what ends that.
   *
   * @param process in which the handler is; default: in none
   */
  onMessage(handler: (message: Message) => void, process?: string): () => void;
  /** Handlers that are registered now. */
  readonly handlerCount: number;
  metrics(): ChannelMetrics;
}

/** Makes a channel that these faults may strike. */
export function createChannel<Message>(
  { name, latency, keyOf, againAfterMs }: ChannelOptions<Message>,
  faults: readonly ActiveFault[],
  { nowMs, random }: HostContext,
): Channel<Message> {
  const sample = latencySampler(latency, `${name}.latency`);
  const own = random.fork(`latency of ${name}`);
  /** Who listens, and in which process. */
  const handlers = new Map<(message: Message) => void, string | undefined>();
  const partitions = faults.filter(({ fault }) => fault.kind === 'partition');
  const onTheWay = faults.filter(({ fault }) => fault.kind !== 'partition');
  let sent = 0;
  let copies = 0;
  let delivered = 0;
  let lost = 0;

  const isReached = (process: string | undefined): boolean => {
    const split = partitions.find((active) =>
      active.strikes(undefined, undefined, nowMs(), process),
    );
    if (split !== undefined) split.fired += 1;
    return split === undefined;
  };
  const deliver = (message: Message): void => {
    const reached = [...handlers].filter(([, process]) => isReached(process));
    if (reached.length === 0 && againAfterMs !== undefined) {
      setTimeout(deliver, againAfterMs, message);
      return;
    }
    if (reached.length === 0) lost += 1;
    else delivered += 1;
    // One copy for all of them, which nobody can change.
    const copy = frozenData(copyData(message));
    for (const [handler] of reached) handler(copy);
  };
  const deliverWithCopies = (message: Message, duplicate: ActiveFault): void => {
    for (const afterMs of copyDelays(duplicate)) {
      copies += 1;
      later(deliver, afterMs, message);
    }
    deliver(message);
  };
  const sendThrough = (trouble: Trouble, message: Message, latencyMs: number): void => {
    const { obstacle, duplicate } = trouble;
    if (obstacle !== undefined) obstacle.fired += 1;
    if (obstacle !== undefined && loses(obstacle)) {
      lost += 1;
      return;
    }
    const heldMs = obstacle?.fault.kind === 'hang' ? obstacle.fault.toMs - nowMs() : 0;
    const dueMs = Math.max(delayed(latencyMs, trouble), heldMs);
    const sentOn =
      obstacle?.fault.kind === 'corrupt' ? corrupted(message, obstacle.random) : message;
    if (duplicate === undefined) later(deliver, dueMs, sentOn);
    else later(deliverWithCopies, dueMs, sentOn, duplicate);
  };

  return {
    send(message) {
      sent += 1;
      const latencyMs = sample(own);
      const trouble =
        onTheWay.length === 0
          ? undefined
          : findTrouble(onTheWay, undefined, keyOf?.(message), nowMs());
      if (trouble === undefined) later(deliver, latencyMs, message);
      else sendThrough(trouble, message, latencyMs);
    },
    onMessage(handler, process) {
      handlers.set(handler, process);
      return () => handlers.delete(handler);
    },
    get handlerCount() {
      return handlers.size;
    },
    metrics: () => ({
      sent,
      copies,
      delivered,
      lost,
      inFlight: sent + copies - delivered - lost,
    }),
  };
}

/** Whether a message is lost for good; a reset after the work is done loses only an answer. */
function loses(obstacle: ActiveFault): boolean {
  const { kind } = obstacle.fault;
  if (kind === 'hang' || kind === 'corrupt') return false;
  return kind !== 'reset' || !isPerformedBeforeReset(obstacle);
}
