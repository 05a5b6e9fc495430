import type { Random } from '../simulation/index.ts';
import {
  type Channel,
  type ChannelDefinition,
  channelOf,
  type ChannelOptions,
  createChannel,
  type Inbox,
  openDefinition,
} from './channel.ts';
import type { CallOptions, Client } from './client.ts';
import { copyData } from './copy-data.ts';
import type { Fault, IdentifiedFault } from './fault.ts';
import { FaultSchedule } from './fault-schedule.ts';
import { inProcess } from './in-process.ts';
import { type Link, never } from './link.ts';
import type { Operations, Service } from './service.ts';
import { type HostContext, ServiceHost } from './service-host.ts';
import type { ServiceStats } from './service-stats.ts';
import type { Hold, Transport } from './transport.ts';
import { type StoreWay, type Way, WayHost } from './way.ts';

/** How services are reached, and what goes wrong on the way. */
export interface NetworkOptions {
  /** `msw`: through `fetch`, with HTTP as it is. `in-process`: the same, fast. */
  readonly transport: 'in-process' | 'msw';
  /** Latencies and faults draw from streams that are derived from this one. */
  readonly random: Random;
  /** Times count from the moment at which the network is created. */
  readonly faults: readonly Fault[];
  /** `simulation.hold`: runs real asynchronous work, which msw needs, while virtual time stands. */
  readonly hold?: Hold;
}

/** What a network shows of itself. */
export interface NetworkView {
  /** The calls of each service so far, by its name. */
  readonly stats: () => ReadonlyMap<string, ServiceStats>;
  /** Calls and messages that each fault changed so far, by its id. */
  readonly faultCounts: () => ReadonlyMap<string, number>;
  /**
   * Whether a fault that strikes a share of keys strikes this one: a function of seed, fault and
   * key alone. @throws RangeError when no fault has the id, or it strikes a share of calls.
   */
  readonly isAffected: (faultId: string, key: string) => boolean;
  /** Handlers that are registered at channels now. */
  readonly handlerCount: () => number;
}

/** The mock services of one run, and the way to them. */
export interface Network extends NetworkView, AsyncDisposable {
  /** The schedule, with an id for each fault. */
  readonly faults: readonly IdentifiedFault[];
  /**
   * Connects a service, and gives the client of it; one definition is one server, however often it
   * is connected.
   *
   * @param link through which the calls go: when it is cut, none arrives and no answer comes back
   * @throws RangeError when another service or channel has the name, or a fault names an operation
   *   that the service does not have.
   */
  readonly connect: <Own extends Operations>(service: Service<Own>, link?: Link) => Client<Own>;
  /** Opens a channel. @throws RangeError when a service or channel has the name. */
  readonly channel: <Message>(options: ChannelOptions<Message>) => Channel<Message>;
  /** The inbox of a declared channel, which is opened if it is not. */
  readonly inbox: <Message>(definition: ChannelDefinition<Message>, link?: Link) => Inbox<Message>;
  /**
   * Opens the way to a store, or gives another end of it; one definition is one store.
   *
   * @throws RangeError when another has the name, or a fault names an operation that it does not have.
   */
  readonly way: (store: StoreWay, link?: Link) => Way;
  /** How often each operation was performed, by `service.operation`. */
  readonly performed: () => ReadonlyMap<string, number>;
  /**
   * Calls the listener once, when an operation (`service.operation`), or any of a service (`service`), has been
   * performed next, before its answer leaves; gives back what takes the listener away. Of a service that
   * nobody has connected, nothing is heard.
   */
  readonly onceDone: (what: string, listener: () => void) => () => void;
  /** Counts a fault that the network itself does not carry out, such as a crash. */
  readonly faultFired: (faultId: string) => void;
  /** Puts back the global `fetch`, if it was replaced. */
  readonly dispose: () => Promise<void>;
}

/**
 * Makes the network of one run.
 *
 * @throws TypeError or RangeError for a fault that is not valid; see `validateFault`.
 */
export async function createNetwork(options: NetworkOptions): Promise<Network> {
  const { random, hold = (work) => work() } = options;
  const schedule = new FaultSchedule(options.faults, random);
  const originMs = performance.now();
  const context: HostContext = { random, nowMs: () => performance.now() - originMs };
  return openNetwork(schedule, context, await openTransport(options.transport, hold));
}

async function openTransport(name: NetworkOptions['transport'], hold: Hold): Promise<Transport> {
  switch (name) {
    case 'in-process':
      return inProcess;
    case 'msw': {
      const { createMswTransport } = await hold(() => import('./msw/index.ts'));
      return createMswTransport({ hold });
    }
    default:
      throw new RangeError(`Invalid transport "${String(name)}": use "in-process" or "msw".`);
  }
}

function openNetwork(schedule: FaultSchedule, context: HostContext, transport: Transport): Network {
  const hosts = new Map<string, ServiceHost>();
  const ways = new Map<string, WayHost>();
  const channels = new Set<string>();
  const claim = (name: string): void => {
    if (!hosts.has(name) && !ways.has(name) && !channels.has(name)) return;
    throw new RangeError(`Invalid name "${name}": another service, store or channel has it.`);
  };
  const definitions = new WeakSet<object>();
  const opened: { readonly handlerCount: number }[] = [];
  const dispose = async (): Promise<void> => transport.dispose();

  function openChannel<Message>(options: ChannelOptions<Message>): Channel<Message> {
    claim(options.name);
    const faults = schedule.of(options.name, []);
    channels.add(options.name);
    const channel = createChannel(options, faults, context);
    opened.push(channel);
    return channel;
  }

  return {
    faults: schedule.faults,
    connect<Own extends Operations>(service: Service<Own>, link?: Link): Client<Own> {
      const known = hosts.get(service.name);
      if (known?.service === service) return createClient(known, transport, link);
      claim(service.name);
      const faults = schedule.of(service.name, Object.keys(service.operations));
      const host = new ServiceHost(service, faults, context);
      transport.serve(host);
      hosts.set(service.name, host);
      return createClient(host, transport, link);
    },
    channel: openChannel,
    way(store, link) {
      const known = ways.get(store.name);
      if (known?.store === store) return known.open(link);
      claim(store.name);
      const host = new WayHost(store, schedule.of(store.name, store.operations), context);
      ways.set(store.name, host);
      return host.open(link);
    },
    inbox<Message>(definition: ChannelDefinition<Message>, link?: Link): Inbox<Message> {
      if (!definitions.has(definition)) {
        definitions.add(definition);
        openDefinition(definition, openChannel(definition));
      }
      const channel = channelOf(definition);
      return Object.freeze({
        onMessage(handler: (message: Message) => void): () => void {
          if (link?.isCut === true) return () => undefined;
          const stop = channel.onMessage(handler, link?.process);
          link?.onCut(stop);
          return stop;
        },
      });
    },
    performed: () =>
      new Map(
        [...hosts, ...ways].flatMap(([name, { operations }]) =>
          [...operations].map(([operation, { performed }]) => [`${name}.${operation}`, performed]),
        ),
      ),
    onceDone(what, listener) {
      const [service = '', name] = what.split('.');
      const all = (hosts.get(service) ?? ways.get(service))?.operations ?? [];
      const chosen = [...all].filter(([each]) => name === undefined || each === name);
      const forget = (): void => {
        for (const stop of stops) stop();
      };
      const stops = chosen.map(([, operation]) =>
        operation.onceDone(() => {
          forget();
          listener();
        }),
      );
      return forget;
    },
    faultFired: (faultId) => schedule.fired(faultId),
    stats: () => new Map([...hosts].map(([name, host]) => [name, host.stats()])),
    faultCounts: () => schedule.counts(),
    isAffected: (faultId, key) => schedule.isAffected(faultId, key),
    handlerCount: () => opened.reduce((sum, channel) => sum + channel.handlerCount, 0),
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

function createClient<Own extends Operations>(
  host: ServiceHost,
  transport: Transport,
  link: Link | undefined,
): Client<Own> {
  const { keys, name: service, onSent } = host.service;
  const methods = [...host.operations].map(([name, operation]) => {
    const call = (input: unknown, options: CallOptions): Promise<unknown> => {
      if (link?.isCut === true) return never();
      if (keys !== undefined && options.key === undefined) {
        const error = new TypeError(
          `Failed to call ${service}.${name}: it needs a key. Give { key }: which of its ${keys} the call is for.`,
        );
        return Promise.reject(error);
      }
      onSent?.(name, copyData(input));
      return transport.call(host, operation, input, options, link);
    };
    return [name, call];
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one method for each operation
  return Object.freeze(Object.fromEntries(methods)) as Client<Own>;
}
