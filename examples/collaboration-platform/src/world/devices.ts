import { sleep } from '@firedrill/core/resilience';
import type { WorldContext } from '@firedrill/core/scenario';
import { never } from '@firedrill/core/services';
import { type Call, createGate, type KeepDoor, type WorldGate } from './gate.ts';
import { createDeviceStorage, type DeviceStorage } from './device-storage.ts';
import { type Link, type Links, measureArrival, type NetworkLink } from './links.ts';
import type { Person } from './people.ts';
import type { Conflict } from '../domain/conflicts.ts';
import { type ServerMessage, sizeOf } from '../domain/protocol.ts';
import { Screen } from './screens.ts';
import { createServed, type Served, ServerDownError } from './served.ts';
import type { Canvases } from '../types.ts';
import type { Access, Deeds } from '../truth.ts';

/** The device of one person: a screen, and a network that comes and goes. */
export interface Device {
  readonly person: Person;
  readonly screen: Screen;
  readonly isOnline: boolean;
  /** Since when the device has had no network, in ms; nothing when it has one. */
  readonly offlineSinceMs: number | undefined;
}

/** A device as the page on it reaches it, for as long as the process of the pages lives. */
export interface PageDevice extends Device {
  /** What is there is left by an earlier page. */
  readonly storage: DeviceStorage;
  /**
   * Opens a connection. Rejects with OfflineError, ServerDownError, or the error of the handshake; where a handshake
   * takes something of the gate, with ComeAgainError and HandshakeTimeoutError, too.
   */
  connect(): Promise<Link>;
  /** One way of a request or of its answer. Rejects with OfflineError after the time-out. */
  hop(): Promise<void>;
  /** Called when the device has a network again. */
  onOnline: (() => void) | undefined;
  /** Called with what the push gateway delivers. */
  onPush: ((message: ServerMessage) => void) | undefined;
  /** What the app was told about edits that will not be kept. */
  refused(editIds: readonly string[]): void;
  /** What the person is shown of a change that is gone for an older one; `undefined` where nobody is to be told. */
  readonly overruled: ((conflict: Conflict) => void) | undefined;
}

/** The way of one process to the devices: of the pages, or of the server. */
export interface DevicesPort extends Pick<Served, 'ask' | 'tell'> {
  /**
   * This process is the server that devices reach from now on.
   *
   * @param keepDoor decides who is let in when, where that takes something of the gate; default: all, in turn
   */
  serve(server: object, keepDoor?: KeepDoor): void;
  /**
   * The device of a person who is there.
   *
   * @param handshake begins each connection: what the server and the faults do to it
   * @throws RangeError for somebody who is not there
   */
  of(personId: string, handshake: () => Promise<unknown>): PageDevice;
}

/** A request or a handshake without a network. */
export class OfflineError extends Error {
  override readonly name = 'OfflineError';
  readonly code = 'OFFLINE';
  readonly personId: string;

  constructor(personId: string) {
    super(`Failed to reach the server: ${personId} has no network. Try again when it is back.`);
    this.personId = personId;
  }
}

/** All devices, and the network under them. */
export interface Devices {
  plug(person: Person, access: Access): Device;
  unplug(device: Device): void;
  /** Takes the network from a device. Calls nest: as many `restore` bring it back. */
  lose(device: Device): void;
  restore(device: Device): void;
  /** The device of a person who is there. */
  of(personId: string): Device | undefined;
  /** Hands over what the push gateway delivers; says whether the device could be reached. */
  push(personId: string, message: ServerMessage, sentAtMs: number): boolean;
  /** Opens the way of a process; when it ends, its connections and its pages are gone. */
  port(onEnd: (listener: () => void) => void): DevicesPort;
  /** Tells when the page of a device is gone, as its process has ended. */
  onPageGone(device: Device, listener: () => void): void;
  /** Somebody may not come back: what their device still keeps is gone, and they know it. */
  shutOut(device: Device): void;
  /** Processes that have ended and are not back, how often one has ended, and when one started last (ms). */
  readonly processes: {
    readonly down: number;
    readonly ends: number;
    readonly startedAtMs: number;
  };
  readonly all: ReadonlySet<Device>;
  /** Devices without a network now. */
  readonly offline: ReadonlySet<Device>;
}

interface DevicesOptions {
  readonly context: WorldContext<Canvases>;
  readonly deeds: Deeds;
  readonly links: Links;
}

/** An app gives up a request after this long, as browsers' own limits are longer than patience. */
const requestTimeoutMs = 10_000;

export function createDevices({ context, deeds, links }: DevicesOptions): Devices {
  const { elapsedMs, faults, network } = context;
  const strokes = context.random('screens');
  const byPerson = new Map<string, SimulatedDevice>();
  const all = new Set<Device>();
  const offline = new Set<Device>();
  const served = createServed();
  const { returns } = deeds;
  const gate = returns && createGate(context, context.settings.handshakeMs, returns);
  /** Links without a network, of which the server has not heard yet. */
  const severed = new Set<NetworkLink>();
  const processes = { down: 0, ends: 0, startedAtMs: 0 };

  /** Faults that take the network from people, for as long as they last; not from single calls. */
  const outages = faults.filter(
    ({ service, kind, share = 1, of }) =>
      service === 'connections' && kind === 'hang' && (share === 1 || of === 'keys'),
  );
  const isStruck = (id: string, personId: string): boolean => network.isAffected(id, personId);
  for (const { id, fromMs, toMs } of outages) {
    setTimeout(() => {
      for (const device of all) if (isStruck(id, device.person.id)) lose(device);
    }, fromMs);
    setTimeout(() => {
      for (const device of all) if (isStruck(id, device.person.id)) restore(device);
    }, toMs);
  }

  function lose(device: Device): void {
    const simulated = byPerson.get(device.person.id);
    if (simulated === undefined) return;
    simulated.losses += 1;
    if (simulated.losses > 1) return;
    simulated.offlineSinceMs = elapsedMs();
    offline.add(device);
    deeds.told.disconnected(device.person.id);
    simulated.cut();
  }

  function restore(device: Device): void {
    const simulated = byPerson.get(device.person.id);
    if (simulated === undefined || simulated.losses === 0) return;
    simulated.losses -= 1;
    if (simulated.losses > 0) return;
    simulated.offlineSinceMs = undefined;
    offline.delete(device);
    simulated.page?.onOnline?.();
  }

  class SimulatedDevice implements Device {
    readonly person: Person;
    readonly screen: Screen;
    readonly storage = createDeviceStorage();
    /** A handshake that took long may bring a second one: which one counts is for the app to say. */
    links: readonly NetworkLink[] = [];
    /** The call at the gate that is not answered yet. */
    call: Call | undefined = undefined;
    losses = 0;
    offlineSinceMs: number | undefined = undefined;
    page: Page | undefined = undefined;
    onPageGone: (() => void) | undefined = undefined;
    readonly access: Access;

    constructor(person: Person, access: Access) {
      this.person = person;
      this.access = access;
      this.screen = new Screen(strokes);
    }

    get isOnline(): boolean {
      return this.losses === 0;
    }

    /** Waits at the gate; the page that begins anew has given up the call before. */
    async enter(through: WorldGate): Promise<Link> {
      if (!this.isOnline) return this.connect();
      if (!all.has(this)) return never();
      this.call?.leave();
      this.call = through.call(this.person.id);
      await this.call.letIn;
      const link = this.connect();
      returns?.isIn(this.person.id);
      return link;
    }

    connect(): Link {
      if (!this.isOnline) throw new OfflineError(this.person.id);
      if (!served.isUp) throw new ServerDownError();
      const link = links.open(this.person, this.screen, this.access);
      this.links = [...this.links, link];
      return link;
    }

    /** Nobody waits at the gate any more. */
    turnBack(): void {
      this.call?.leave();
      this.call = undefined;
      returns?.gone(this.person.id);
    }

    cut(): void {
      this.turnBack();
      for (const link of this.links) {
        link.cut();
        severed.add(link);
      }
      this.links = [];
    }

    /** The server is gone, and with it all that it was connected to. */
    disconnect(): void {
      deeds.told.disconnected(this.person.id);
      for (const link of this.links) link.end();
      this.links = [];
    }

    /** The page is gone, unless there is another one by now. */
    forget(page: Page): void {
      if (this.page !== page) return;
      this.page = undefined;
      deeds.told.disconnected(this.person.id);
      this.cut();
      this.onPageGone?.();
    }
  }

  class Page implements PageDevice {
    readonly #device: SimulatedDevice;
    readonly #handshake: () => Promise<unknown>;
    #connects = 0;
    onOnline: (() => void) | undefined = undefined;
    onPush: ((message: ServerMessage) => void) | undefined = undefined;

    constructor(device: SimulatedDevice, handshake: () => Promise<unknown>) {
      this.#device = device;
      this.#handshake = handshake;
    }

    get person(): Person {
      return this.#device.person;
    }

    get screen(): Screen {
      return this.#device.screen;
    }

    get storage(): DeviceStorage {
      return this.#device.storage;
    }

    get isOnline(): boolean {
      return this.#device.isOnline;
    }

    get offlineSinceMs(): number | undefined {
      return this.#device.offlineSinceMs;
    }

    async connect(): Promise<Link> {
      this.#connects += 1;
      const number = this.#connects;
      await this.#handshake();
      if (this.#isGone) return never();
      if (gate === undefined) return this.#device.connect();
      // The page has begun anew meanwhile: it would give up the call that counts.
      return number === this.#connects ? this.#device.enter(gate) : never();
    }

    async hop(): Promise<void> {
      const { person, isOnline } = this.#device;
      await sleep(isOnline ? person.pathMs : requestTimeoutMs);
      if (this.#isGone) return never();
      if (!this.#device.isOnline) throw new OfflineError(person.id);
      return undefined;
    }

    refused(editIds: readonly string[]): void {
      if (!this.#isGone) deeds.refused(editIds);
    }

    readonly overruled = context.settings.conflicts
      ? (conflict: Conflict) => {
          if (!this.#isGone) deeds.conflicts.told(this.#device.person, conflict);
        }
      : undefined;

    get #isGone(): boolean {
      return this.#device.page !== this;
    }
  }

  return {
    plug(person, access) {
      const device = new SimulatedDevice(person, access);
      byPerson.set(person.id, device);
      all.add(device);
      const nowMs = elapsedMs();
      for (const { id, fromMs, toMs } of outages) {
        if (fromMs <= nowMs && nowMs < toMs && isStruck(id, person.id)) lose(device);
      }
      return device;
    },
    unplug(device) {
      deeds.told.gone(device.person.id);
      const simulated = byPerson.get(device.person.id);
      for (const link of simulated?.links ?? []) link.close();
      simulated?.turnBack();
      if (simulated !== undefined) simulated.onPageGone = undefined;
      byPerson.delete(device.person.id);
      all.delete(device);
      offline.delete(device);
    },
    port(onEnd) {
      const pages = new Map<SimulatedDevice, Page>();
      let isEnded = false;
      let endServing: (() => void) | undefined;
      let closeGate: (() => void) | undefined;
      if (processes.ends > 0) processes.down -= 1;
      processes.startedAtMs = elapsedMs();
      onEnd(() => {
        isEnded = true;
        processes.down += 1;
        processes.ends += 1;
        if (endServing !== undefined) {
          endServing();
          closeGate?.();
          for (const device of byPerson.values()) device.disconnect();
          for (const link of severed) link.end();
          severed.clear();
        }
        for (const [device, page] of pages) device.forget(page);
      });
      return {
        ask: served.ask,
        tell: served.tell,
        serve(server, keepDoor) {
          if (isEnded) return;
          endServing = served.begin(server);
          closeGate = gate?.begin(keepDoor);
        },
        of(personId, handshake) {
          const device = byPerson.get(personId);
          if (device === undefined) {
            throw new RangeError(`Failed to reach the device of ${personId}: nobody is there.`);
          }
          const page = new Page(device, handshake);
          if (isEnded) return page;
          device.page = page;
          pages.set(device, page);
          return page;
        },
      };
    },
    lose,
    restore,
    onPageGone(device, listener) {
      const simulated = byPerson.get(device.person.id);
      if (simulated !== undefined) simulated.onPageGone = listener;
    },
    shutOut({ person }) {
      const kept = byPerson.get(person.id)?.storage.read() ?? [];
      deeds.refused(kept.flatMap(({ stamp }) => (stamp === undefined ? [] : [stamp.id])));
    },
    processes,
    of: (personId) => byPerson.get(personId),
    push(personId, message, sentAtMs) {
      const device = byPerson.get(personId);
      if (device === undefined || !device.isOnline) return false;
      deeds.sent(device.access, message, sentAtMs);
      links.totals.frames += 1;
      links.totals.bytes += sizeOf(message);
      measureArrival({ context, totals: links.totals }, personId, device.screen, message);
      device.page?.onPush?.(message);
      return true;
    },
    all,
    offline,
  };
}
