import { sleep } from '@firedrill/core/resilience';
import type { WorldContext } from '@firedrill/core/scenario';
import { never } from '@firedrill/core/services';
import { type Link, type Links, measureArrival } from './links.ts';
import type { Person } from './people.ts';
import { type ServerMessage, sizeOf } from '../domain/protocol.ts';
import { Screen } from './screens.ts';
import type { Canvases } from '../types.ts';
import type { Access, Deeds } from '../truth.ts';

/** The device of one person: a screen, and a network that comes and goes. */
export interface Device {
  readonly person: Person;
  readonly screen: Screen;
  readonly isOnline: boolean;
  /** Since when the device has had no network, in ms; nothing when it has one. */
  readonly offlineSinceMs: number | undefined;
  /** Opens a connection. Rejects with OfflineError, or the error of the handshake. */
  connect(): Promise<Link>;
  /** One way of a request or of its answer. Rejects with OfflineError after the time-out. */
  hop(): Promise<void>;
  /** Called when the device has a network again. */
  onOnline: (() => void) | undefined;
  /** Called with what the push gateway delivers. */
  onPush: ((message: ServerMessage) => void) | undefined;
  /** What the app was told about edits that will not be kept. */
  refused(editIds: readonly string[]): void;
}

/** The way of one process to the devices: its apps and its end of the connections. */
export interface DevicesPort {
  /**
   * The device of a person who is there.
   *
   * @param handshake begins each connection: what the server and the faults do to it
   * @throws RangeError for somebody who is not there
   */
  of(personId: string, handshake: () => Promise<unknown>): Device;
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
  /** Opens the way of a process; when it ends, its connections and its apps are gone. */
  port(onEnd: (listener: () => void) => void): DevicesPort;
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
    for (const link of simulated.links) link.cut();
    simulated.links = [];
  }

  function restore(device: Device): void {
    const simulated = byPerson.get(device.person.id);
    if (simulated === undefined || simulated.losses === 0) return;
    simulated.losses -= 1;
    if (simulated.losses > 0) return;
    simulated.offlineSinceMs = undefined;
    offline.delete(device);
    simulated.onOnline?.();
  }

  class SimulatedDevice implements Device {
    readonly person: Person;
    readonly screen: Screen;
    /** A handshake that took long may bring a second one: which one counts is for the app to say. */
    links: readonly Link[] = [];
    losses = 0;
    offlineSinceMs: number | undefined = undefined;
    onOnline: (() => void) | undefined = undefined;
    onPush: ((message: ServerMessage) => void) | undefined = undefined;
    readonly access: Access;
    handshake: () => Promise<unknown> = never;

    constructor(person: Person, access: Access) {
      this.person = person;
      this.access = access;
      this.screen = new Screen(strokes);
    }

    get isOnline(): boolean {
      return this.losses === 0;
    }

    async connect(): Promise<Link> {
      await this.handshake();
      if (!this.isOnline) throw new OfflineError(this.person.id);
      const link = links.open(this.person, this.screen, this.access);
      this.links = [...this.links, link];
      return link;
    }

    async hop(): Promise<void> {
      await sleep(this.isOnline ? this.person.pathMs : requestTimeoutMs);
      if (!this.isOnline) throw new OfflineError(this.person.id);
    }

    refused(editIds: readonly string[]): void {
      deeds.refused(editIds);
    }

    /** The process of the app and of the server is gone. */
    forget(): void {
      deeds.told.disconnected(this.person.id);
      for (const link of this.links) link.cut();
      this.links = [];
      this.onOnline = undefined;
      this.onPush = undefined;
      this.handshake = never;
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
      for (const link of byPerson.get(device.person.id)?.links ?? []) link.close();
      byPerson.delete(device.person.id);
      all.delete(device);
      offline.delete(device);
    },
    port(onEnd) {
      const used = new Set<SimulatedDevice>();
      let isEnded = false;
      onEnd(() => {
        isEnded = true;
        for (const device of used) device.forget();
      });
      return {
        of(personId, handshake) {
          const device = byPerson.get(personId);
          if (device === undefined) {
            throw new RangeError(`Failed to reach the device of ${personId}: nobody is there.`);
          }
          if (isEnded) return device;
          used.add(device);
          device.handshake = handshake;
          return device;
        },
      };
    },
    lose,
    restore,
    of: (personId) => byPerson.get(personId),
    push(personId, message, sentAtMs) {
      const device = byPerson.get(personId);
      if (device === undefined || !device.isOnline) return false;
      deeds.sent(device.access, message, sentAtMs);
      links.totals.frames += 1;
      links.totals.bytes += sizeOf(message);
      measureArrival({ context, totals: links.totals }, personId, device.screen, message);
      device.onPush?.(message);
      return true;
    },
    all,
    offline,
  };
}
