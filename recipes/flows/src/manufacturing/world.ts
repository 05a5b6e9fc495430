import { settle, sleep } from '@firedrill/core/resilience';
import type { Random } from '@firedrill/core/simulation';
import type { WorldContext } from '@firedrill/core/scenario';
import type { Manufacturing } from './example.ts';
import type { Tray } from './events.ts';
import { ovens } from './house-rules.ts';
import { OvenPlant } from './world/oven-plant.ts';
import type { Call, createLineServices, LineTruth, PartTruth, TrayTruth } from './services.ts';

export const startsAt = '2026-03-02T06:00:00.000Z';
export const startMs = Date.parse(startsAt);
const partsOnTray = 8;
const traysOfLot = 6;
/** The shift goes on for this long after the last tray. */
const quietMs = 45_000;
const patienceMs = 10 * 60_000;

export function createTruth(random: (name: string) => Random): Omit<LineTruth, 'shift'> {
  const wear = [0.55, 0.25, 0];
  return {
    plants: new Map(
      ovens.map((name, index) => [name, new OvenPlant(name, wear[index] ?? 0, random(name))]),
    ),
    trays: new Map(),
    parts: new Map(),
    records: new Map(),
    calls: [],
    openCalls: [],
  };
}

/** Draws a tray and the parts on it. One in twenty bears adhesive that is too old. */
export function drawTray(
  truth: Pick<LineTruth, 'parts' | 'trays'>,
  index: number,
  { atMs, draw }: { readonly atMs: number; readonly draw: Random },
) {
  const id = `tray-${index + 1}`;
  const isFresh = !draw.chance(0.05);
  const lot = isFresh ? `lot-${Math.floor(index / traysOfLot) + 1}` : 'lot-old';
  const speed = 1 + 0.05 * (2 * draw.next() - 1);
  const parts = Array.from({ length: partsOnTray }, (_, place): PartTruth => {
    const hasVoid = draw.chance(0.04);
    const own = speed * (1 + 0.02 * (2 * draw.next() - 1));
    return {
      serial: `${id}/${place + 1}`,
      tray: id,
      speed: own,
      hasVoid,
      hardness: 0,
      isScorched: false,
      boxes: [],
    };
  });
  const tray: TrayTruth = {
    tray: id,
    lot,
    isFresh,
    parts,
    arrivedAtMs: atMs,
    isTaken: false,
    oven: undefined,
    loadedAtMs: undefined,
    unloadedAtMs: undefined,
  };
  truth.trays.set(id, tray);
  for (const part of parts) truth.parts.set(part.serial, part);
  const label: Tray = {
    tray: id,
    lot,
    bestBeforeMs: startMs + atMs + (isFresh ? 8 * 3_600_000 : -3_600_000),
    serials: parts.map(({ serial }) => serial),
  };
  return { tray, label };
}

/** Whether every part of it has left, or is written down as one that does not. */
export function isEnded(
  { records }: Pick<LineTruth, 'records'>,
  { tray, parts }: TrayTruth,
): boolean {
  const record = records.get(tray);
  if (record?.kind !== 'tray') return false;
  const accepted = new Set(
    record.parts.filter(({ isAccepted }) => isAccepted).map(({ serial }) => serial),
  );
  return parts.every(({ serial, boxes }) => boxes.length > 0 || !accepted.has(serial));
}

/** Waits until a tray has come to its end, or hope is given up. */
export async function awaitEnd(truth: LineTruth, tray: TrayTruth, elapsedMs: () => number) {
  const untilMs = elapsedMs() + patienceMs;
  while (elapsedMs() < untilMs && !isEnded(truth, tray)) await sleep(1_000);
}

type World = Pick<WorldContext<Manufacturing>, 'elapsedMs' | 'faults' | 'network' | 'random'>;
type Acknowledge = (oven: string, stop: number, isFanNew: boolean) => Promise<void>;
type Ways = Pick<ReturnType<typeof createLineServices>, 'cards' | 'fieldbus'>;

interface Person {
  readonly call: Call;
  readonly arrivesAtMs: number;
  readonly leavesAtMs: number;
}

/** The machines and the people of the line, second by second. */
export class Shift {
  readonly #truth: Omit<LineTruth, 'shift'>;
  readonly #world: World;
  readonly #ways: Ways;
  readonly #said = new Map<string, number | null>();
  readonly #people: Person[] = [];
  readonly #draw: Random;
  #isOn = false;
  #wasStarted = false;
  #busyAtMs = 0;

  constructor(truth: Omit<LineTruth, 'shift'>, ways: Ways, world: World) {
    this.#truth = truth;
    this.#world = world;
    this.#ways = ways;
    this.#draw = world.random('people');
  }

  /** Goes on until there has been no tray for a while. The second who begins it does nothing. */
  async work(acknowledge: Acknowledge): Promise<void> {
    this.#busyAtMs = this.#world.elapsedMs();
    if (this.#isOn) return;
    this.#isOn = true;
    if (!this.#wasStarted) {
      this.#wasStarted = true;
      for (const name of ovens) this.#press(acknowledge, name, 0, false);
    }
    while (this.#isBusy()) {
      const nowMs = this.#world.elapsedMs();
      for (const [name, plant] of this.#truth.plants) {
        plant.advance(nowMs);
        const sample = plant.sample(startMs, nowMs);
        const a = this.#through('a', name, sample.a);
        const b = this.#through('b', name, sample.b);
        this.#ways.fieldbus.send({ ...sample, a, b });
      }
      this.#movePeople(nowMs, acknowledge);
      await sleep(1_000);
    }
    this.#isOn = false;
  }

  #isBusy(): boolean {
    const nowMs = this.#world.elapsedMs();
    const { trays, openCalls } = this.#truth;
    const isOpen = [...trays.values()].some(
      (tray) => nowMs - tray.arrivedAtMs < patienceMs && !isEnded(this.#truth, tray),
    );
    if (isOpen || openCalls.length + this.#people.length > 0) this.#busyAtMs = nowMs;
    return nowMs - this.#busyAtMs < quietMs;
  }

  /** What a card says of a thermocouple: what it said before while it hangs, nothing while it is broken. */
  #through(side: 'a' | 'b', oven: string, value: number): number | null {
    const before = this.#world.network.faultCounts();
    this.#ways.cards[side].send({ oven });
    const after = this.#world.network.faultCounts();
    const fault = this.#world.faults.find(({ id }) => after.get(id) !== before.get(id));
    const place = `${oven}/${side}`;
    const isLost = fault !== undefined && brokenBy.has(fault.kind);
    const said = fault?.kind === 'hang' ? (this.#said.get(place) ?? value) : isLost ? null : value;
    this.#said.set(place, said);
    return said;
  }

  #movePeople(nowMs: number, acknowledge: Acknowledge): void {
    const plantOf = (name: string) => this.#truth.plants.get(name);
    for (const call of this.#truth.openCalls.splice(0)) {
      const arrivesAtMs = nowMs + this.#draw.integer(12_000, 20_000);
      const leavesAtMs = arrivesAtMs + this.#draw.integer(15_000, 25_000);
      this.#people.push({ call, arrivesAtMs, leavesAtMs });
    }
    for (const [index, { call, arrivesAtMs, leavesAtMs }] of [
      ...this.#people.entries(),
    ].toReversed()) {
      const plant = plantOf(call.oven);
      if (!plant || nowMs < arrivesAtMs) continue;
      plant.isPersonThere = nowMs < leavesAtMs;
      if (plant.isPersonThere) continue;
      this.#people.splice(index, 1);
      plant.resetLimiter();
      const isFanNew = call.cause.startsWith('fan-');
      if (isFanNew) plant.replaceFan();
      this.#press(acknowledge, call.oven, call.stop, isFanNew);
    }
  }

  /** Presses the button until it lights up. */
  #press(acknowledge: Acknowledge, oven: string, stop: number, isFanNew: boolean): void {
    const press = async (): Promise<void> => {
      for (let tries = 0; tries < 200; tries += 1) {
        if ((await settle(acknowledge(oven, stop, isFanNew))).kind === 'success') return;
        await sleep(2_000);
      }
    };
    void press();
  }
}

/** Faults of a card that leave it without a word. */
const brokenBy: ReadonlySet<string> = new Set(['error', 'flap', 'drop-response', 'reset', 'cut']);
