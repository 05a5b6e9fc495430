import { Alert, type AlertOptions } from './alert.ts';
import { ReorderBuffer } from './reorder-buffer.ts';
import { RobustScore, type RobustScoreOptions } from './robust-score.ts';
import { SeenNumbers } from './seen-numbers.ts';
import { Watermark, type WatermarkOptions } from './watermark.ts';
import { type Aggregate, type WindowOptions, Windows } from './windows.ts';

export interface Reading {
  /** Counts up in each sensor: by it a reading that comes again is recognised. */
  readonly number: number;
  /** By the clock of the sensor, milliseconds since 1970 (UTC). */
  readonly eventMs: number;
  /** Thousandths of a degree, whole: sums of floats depend on their order. */
  readonly value: number;
}

export type Refusal = 'repeated' | 'too-late' | 'ahead-of-time' | 'out-of-range';

export interface SiteOptions {
  readonly watermark: WatermarkOptions;
  readonly windows: Readonly<Record<'tumbling' | 'sliding', WindowOptions>>;
  readonly score: RobustScoreOptions;
  readonly alert: AlertOptions;
  /** A reading from farther in the future waits until it is no farther: it would close everybody's windows. */
  readonly aheadMs: number;
  /** One from farther still has a wrong clock, and is refused. A clock of ours that is behind costs less. */
  readonly wrongAheadMs: number;
  readonly range: readonly [number, number];
}

export interface WindowRow extends Aggregate {
  readonly window: 'tumbling' | 'sliding';
}

export interface AlertNotice {
  readonly sensor: string;
  readonly what: 'raise' | 'repeat' | 'clear';
  readonly eventMs: number;
  readonly value: number;
}

export interface SiteOutput {
  readonly refused: readonly { readonly number: number; readonly reason: Refusal }[];
  readonly rows: readonly WindowRow[];
  readonly notices: readonly AlertNotice[];
}

interface Sensor {
  readonly seen: SeenNumbers;
  /** From the future, as our clock says. */
  readonly early: ReorderBuffer<Reading>;
  readonly held: ReorderBuffer<Reading>;
  readonly score: RobustScore;
  readonly alert: Alert;
}

/**
 * The sensors of one site, from a reading to its windows and alerts. Windows count by event time,
 * and each sensor is judged in the order in which it has measured. A state machine of batches and
 * their times of arrival: the log of these makes the same site again.
 */
export class Site {
  readonly #options: SiteOptions;
  readonly #sensors = new Map<string, Sensor>();
  readonly #watermark: Watermark;
  readonly #tumbling: Windows;
  readonly #sliding: Windows;
  #nowMs = 0;
  /** Readings from the future, of all sensors: on most days there are none. */
  #early = 0;

  constructor(options: SiteOptions) {
    this.#options = options;
    this.#watermark = new Watermark(options.watermark);
    this.#tumbling = new Windows(options.windows.tumbling);
    this.#sliding = new Windows(options.windows.sliding);
  }

  /** The time at which a batch that comes now is taken: it never goes back, whatever a clock does. */
  timeOf(nowMs: number): number {
    return Math.max(nowMs, this.#nowMs);
  }

  /** @param atMs as `timeOf` says. */
  take(name: string, readings: readonly Reading[], atMs: number): SiteOutput {
    this.#nowMs = atMs;
    const dueMs = atMs + this.#options.aheadMs;
    const refused: { number: number; reason: Refusal }[] = [];
    const sensor = this.#sensor(name);
    for (const reading of readings) {
      let reason = this.#refusal(sensor, reading, atMs);
      if (reason === undefined) {
        sensor.seen.add(reading.number);
        if (reading.eventMs > dueMs) {
          sensor.early.add(reading);
          this.#early += 1;
        } else reason = this.#add(name, sensor, reading, atMs);
      }
      if (reason) refused.push({ number: reading.number, reason });
    }
    if (this.#early > 0) this.#addEarly(dueMs, atMs);
    const watermarkMs = this.#watermark.advance(atMs);
    const notices: AlertNotice[] = [];
    for (const [other, { held, score, alert }] of this.#sensors) {
      for (const { eventMs, value } of held.release(watermarkMs)) {
        const what = alert.next(score.score(value), eventMs);
        if (what) notices.push({ sensor: other, what, eventMs, value });
      }
    }
    const rows: WindowRow[] = [
      ...this.#tumbling
        .advance(watermarkMs)
        .map((row) => ({ ...row, window: 'tumbling' as const })),
      ...this.#sliding.advance(watermarkMs).map((row) => ({ ...row, window: 'sliding' as const })),
    ];
    return { refused, rows, notices };
  }

  /** What was too early once is not too late: windows are kept for longer than it has waited. */
  #addEarly(dueMs: number, atMs: number): void {
    for (const [name, sensor] of this.#sensors) {
      for (const reading of sensor.early.release(dueMs)) {
        this.#early -= 1;
        this.#add(name, sensor, reading, atMs);
      }
    }
  }

  #refusal({ seen }: Sensor, reading: Reading, atMs: number): Refusal | undefined {
    const { range, wrongAheadMs } = this.#options;
    if (seen.has(reading.number)) return 'repeated';
    if (reading.eventMs > atMs + wrongAheadMs) return 'ahead-of-time';
    return reading.value < range[0] || reading.value > range[1] ? 'out-of-range' : undefined;
  }

  #add(name: string, { held }: Sensor, reading: Reading, atMs: number): Refusal | undefined {
    const { eventMs, value } = reading;
    this.#watermark.observe(name, eventMs, atMs);
    held.add(reading);
    const counted = this.#tumbling.add(name, eventMs, value);
    return this.#sliding.add(name, eventMs, value) + counted === 0 ? 'too-late' : undefined;
  }

  #sensor(name: string): Sensor {
    let sensor = this.#sensors.get(name);
    if (!sensor) {
      const { score, alert } = this.#options;
      sensor = {
        seen: new SeenNumbers(),
        early: new ReorderBuffer(),
        held: new ReorderBuffer(),
        score: new RobustScore(score),
        alert: new Alert(alert),
      };
      this.#sensors.set(name, sensor);
    }
    return sensor;
  }
}
