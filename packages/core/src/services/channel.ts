import type { ActiveFault } from './active-fault.ts';
import { latencySampler, type Latency } from './latency.ts';
import type { HostContext } from './service-host.ts';
import {
  copyDelays,
  delayed,
  findTrouble,
  isPerformedBeforeReset,
  type Trouble,
} from './trouble.ts';

export interface ChannelOptions<Message> {
  /** Kebab-case; the name by which faults know it. Unique among services and channels. */
  readonly name: string;
  /** Time from sending a message to its delivery. */
  readonly latency: Latency;
  /** The key of a message, by which faults strike a share of keys. */
  readonly keyOf?: (message: Message) => string;
}

/** `sent + copies` is the sum of `delivered`, `lost` and `inFlight`. */
export interface ChannelMetrics {
  readonly sent: number;
  /** Deliveries that a fault added. */
  readonly copies: number;
  readonly delivered: number;
  /** Lost to a fault, or delivered when nobody listened. */
  readonly lost: number;
  readonly inFlight: number;
}

/**
 * Deliveries in one direction, as a provider's callbacks are; nobody gets an answer. Faults strike
 * them as they strike calls: duplicate, reorder and slow as their names say; a hang holds messages
 * until it ends; drop-response, error, flap and a reset without effect lose them.
 */
export interface Channel<Message> {
  send(message: Message): void;
  /** Hands each message to the handler, too. Gives back what ends that. */
  onMessage(handler: (message: Message) => void): () => void;
  metrics(): ChannelMetrics;
}

/** Makes a channel that these faults may strike. */
export function createChannel<Message>(
  { name, latency, keyOf }: ChannelOptions<Message>,
  faults: readonly ActiveFault[],
  { nowMs, random }: HostContext,
): Channel<Message> {
  const sample = latencySampler(latency, `${name}.latency`);
  const own = random.fork(`latency of ${name}`);
  const handlers = new Set<(message: Message) => void>();
  let sent = 0;
  let copies = 0;
  let delivered = 0;
  let lost = 0;

  const deliver = (message: Message): void => {
    if (handlers.size === 0) lost += 1;
    else delivered += 1;
    for (const handler of handlers) handler(message);
  };
  const deliverWithCopies = (message: Message, duplicate: ActiveFault): void => {
    for (const afterMs of copyDelays(duplicate)) {
      copies += 1;
      setTimeout(deliver, afterMs, message);
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
    if (duplicate === undefined) setTimeout(deliver, dueMs, message);
    else setTimeout(deliverWithCopies, dueMs, message, duplicate);
  };

  return {
    send(message) {
      sent += 1;
      const latencyMs = sample(own);
      const trouble =
        faults.length === 0 ? undefined : findTrouble(faults, undefined, keyOf?.(message), nowMs());
      if (trouble === undefined) setTimeout(deliver, latencyMs, message);
      else sendThrough(trouble, message, latencyMs);
    },
    onMessage(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
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
  if (obstacle.fault.kind === 'hang') return false;
  return obstacle.fault.kind !== 'reset' || !isPerformedBeforeReset(obstacle);
}
