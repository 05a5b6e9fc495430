import type { WorldContext } from '@firedrill/core/scenario';
import type { Random } from '@firedrill/core/simulation';
import { createBag } from './bag.ts';
import type { Device, Devices } from './devices.ts';
import { mayEdit } from '../domain.ts';
import type { Canvases } from '../types.ts';
import type { CollaborationSystem } from '../system.ts';
import type { Window } from './windows.ts';

/** Somebody who has a canvas open. */
export interface Member {
  readonly device: Device;
  readonly session: Window;
  /** The server: asked about the canvas, and told what admins decide. */
  readonly system: CollaborationSystem;
}

/**
 * Everybody who is there: who acts next, who goes next, whose network goes next.
 *
 * The times between what one person does are exponential and independent. Then what all of them do
 * together is one Poisson process with the sum of their rates, and each event falls on one of them at
 * random (Kingman 1993, superposition and colouring). So there is one timer here, and not one for each
 * of fifty thousand people; what happens is the same.
 */
export interface Crowd {
  /** Lets a person stay; resolves when they have had enough, or when the day is over. */
  stay(member: Member): Promise<void>;
  /** Those who are there. */
  readonly here: Iterable<Member>;
  /** Nobody acts or loses the network any more, and all who have none get it back. */
  end(): void;
}

/** Somebody who is there, and what lets them go. */
interface Stay {
  readonly member: Member;
  readonly resolve: (acting: Promise<void> | undefined) => void;
}

interface CrowdOptions {
  readonly context: WorldContext<Canvases>;
  readonly devices: Devices;
  readonly whims: Random;
  /** One thing that somebody does; the next comes after it has ended. */
  readonly act: (member: Member) => Promise<void>;
}

/** Gestures are told apart no finer than this. */
const tickMs = 5;

/** How long a network is away when it goes by itself. */
const outageMs = { p50: 6_000, p99: 30_000 } as const;

/** Where conflicts are looked for, a network goes so many times as often, and for longer: a train in the hills. */
const trainFactor = 8;
const trainMs = { p50: 15_000, p99: 45_000 } as const;

export function createCrowd({ context, devices, whims, act }: CrowdOptions): Crowd {
  const { settings, elapsedMs } = context;
  const factor = settings.conflicts ? trainFactor : 1;
  const awayMs = settings.conflicts ? trainMs : outageMs;
  const present = createBag<Stay>();
  const online = createBag<Device>();
  /** Those whose hands are free, by how often they do something. */
  const free = new Map<number, ReturnType<typeof createBag<Member>>>();
  const away = new Map<Device, ReturnType<typeof setTimeout>>();
  const here = new Set<Member>();
  /** Those in the middle of something, and when it is over. */
  const busy = new Map<Member, Promise<void>>();
  const rhythms = [
    createRhythm(
      whims,
      () => present.size / settings.stayMs,
      () => go(present.pick(whims)),
    ),
    createRhythm(whims, () => (factor * online.size) / settings.outageEveryMs, loseOne),
  ];
  let timer: ReturnType<typeof setInterval> | undefined;
  let lastTickMs = 0;
  let isOver = false;

  function tick(): void {
    const nowMs = elapsedMs();
    for (const rhythm of rhythms) rhythm(nowMs - lastTickMs);
    lastTickMs = nowMs;
    if (present.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  function loseOne(): void {
    const device = online.pick(whims);
    if (device === undefined) return;
    online.remove(device);
    devices.lose(device);
    const back = setTimeout(comeBack, whims.logNormal(awayMs), device);
    away.set(device, back);
  }

  function comeBack(device: Device): void {
    clearTimeout(away.get(device));
    away.delete(device);
    devices.restore(device);
    if (!isOver) online.add(device);
  }

  function freeOf(thinkMs: number): ReturnType<typeof createBag<Member>> {
    const known = free.get(thinkMs);
    if (known !== undefined) return known;
    const hands = createBag<Member>();
    free.set(thinkMs, hands);
    const actOne = (): void => {
      const member = hands.pick(whims);
      if (member === undefined) return;
      hands.remove(member);
      busy.set(member, actAndRest(member));
    };
    rhythms.push(createRhythm(whims, () => hands.size / thinkMs, actOne));
    return hands;
  }

  async function actAndRest(member: Member): Promise<void> {
    await act(member);
    busy.delete(member);
    letAct(member);
  }

  function letAct(member: Member): void {
    if (isOver || !here.has(member) || !mayEdit(member.session.role)) return;
    freeOf(member.device.person.thinkMs).add(member);
  }

  function go(stay: Stay | undefined): void {
    if (stay === undefined) return;
    const { member, resolve } = stay;
    present.remove(stay);
    here.delete(member);
    free.get(member.device.person.thinkMs)?.remove(member);
    online.remove(member.device);
    // Nobody goes in the middle of a stroke.
    resolve(busy.get(member));
  }

  return {
    here,
    stay(member) {
      if (isOver) return Promise.resolve();
      const { device } = member;
      if (timer === undefined) {
        lastTickMs = elapsedMs();
        timer = setInterval(tick, tickMs);
      }
      online.add(device);
      here.add(member);
      letAct(member);
      return new Promise((resolve) => {
        present.add({ member, resolve });
      });
    },
    end() {
      isOver = true;
      for (const device of away.keys()) comeBack(device);
      for (const stay of present.all()) go(stay);
    },
  };
}

/**
 * A Poisson process whose rate may change at any time: events come where the integral of the rate
 * passes the points of a process of rate 1 (time rescaling; Cox and Lewis 1966).
 */
function createRhythm(random: Random, ratePerMs: () => number, happen: () => void) {
  let passed = 0;
  let next = random.exponential(1);
  return (elapsedMs: number): void => {
    passed += ratePerMs() * elapsedMs;
    while (passed >= next) {
      next += random.exponential(1);
      happen();
    }
  };
}
