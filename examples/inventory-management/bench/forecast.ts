import { createRandom } from '@firedrill/core/simulation';
import { createForecast } from '../src/implementations/hardened/forecast.ts';

/**
 * How well can the carts of a shop be told 15 minutes ahead, and what does a fleet do that grows by it? Four weeks of
 * minutes with a day and a week in them, counted at random (Poisson), and on the last day a sale: declared with eight
 * times the load, it comes with ten times.
 */
const minutesPerDay = 1_440;
const minutesPerWeek = 7 * minutesPerDay;
const weeks = 4;
const cartsPerMinute = 28;

/** A node that is ordered now works so many minutes later. */
export const horizon = 15;

/** The sale: on the last day, at nine. */
const sale = {
  from: 4 * minutesPerWeek - minutesPerDay + 9 * 60,
  minutes: 10,
  factor: 10,
  declaredFactor: 8,
} as const;

const isInSale = (minute: number): boolean =>
  minute >= sale.from && minute < sale.from + sale.minutes;

/** What is expected in a minute without a sale: fewest at four in the morning, more at the weekend. */
function ordinaryRate(minute: number): number {
  const ofDay = Math.cos((2 * Math.PI * ((minute % minutesPerDay) - 16 * 60)) / minutesPerDay);
  const isWeekend = Math.floor(minute / minutesPerDay) % 7 >= 5;
  return cartsPerMinute * (1 + 0.6 * ofDay) * (isWeekend ? 1.3 : 1);
}

const trueRate = (minute: number): number =>
  ordinaryRate(minute) * (isInSale(minute) ? sale.factor : 1);

/** Carts of each minute. */
export function drawSeries(seed = 1): readonly number[] {
  const random = createRandom(seed, 'carts');
  return Array.from({ length: weeks * minutesPerWeek }, (_, minute) => {
    // Arrivals at random in a minute: as many as fit, one after the other.
    const everyMinutes = 1 / trueRate(minute);
    let carts = -1;
    for (let at = 0; at < 1; at += random.exponential(everyMinutes)) carts += 1;
    return carts;
  });
}

/** Tells, at a minute and from nothing later, the carts of that minute and so many more. */
type Method = (series: readonly number[]) => (minute: number, ahead: number) => number;

/** Holt's level and trend, with these weights: that of today has 0.4 and 0.2. */
const holt =
  (levelWeight: number, trendWeight: number): Method =>
  (series) => {
    const near = createForecast({ horizon: 0, levelWeight, trendWeight });
    const far = createForecast({ horizon: 1, levelWeight, trendWeight });
    const levels: number[] = [];
    const trends: number[] = [];
    for (const carts of series) {
      const level = near.next(carts);
      levels.push(level);
      trends.push(far.next(carts) - level);
    }
    return (minute, ahead) => Math.max(0, (levels[minute] ?? 0) + ahead * (trends[minute] ?? 0));
  };

/** Half of the window round the same minute of earlier weeks over which is averaged. */
const halfWindow = 15;

/** The mean round the same minute of all earlier weeks. */
function seasonOf(series: readonly number[]): (minute: number) => number {
  const sums = [0];
  for (const carts of series) sums.push((sums.at(-1) ?? 0) + carts);
  return (minute) => {
    let sum = 0;
    let count = 0;
    for (let at = minute - minutesPerWeek; at >= halfWindow; at -= minutesPerWeek) {
      sum += (sums[at + halfWindow + 1] ?? 0) - (sums[at - halfWindow] ?? 0);
      count += 2 * halfWindow + 1;
    }
    return count === 0 ? cartsPerMinute : sum / count;
  };
}

/** The season, times how the last hour stood to it; and times what is declared. */
const seasonal =
  (knowsCalendar: boolean): Method =>
  (series) => {
    const season = seasonOf(series);
    return (minute, ahead) => {
      let seen = 0;
      let expected = 0;
      for (let at = Math.max(0, minute - 59); at <= minute; at += 1) {
        // What is declared says nothing of ordinary days.
        if (knowsCalendar && isInSale(at)) continue;
        seen += series[at] ?? 0;
        expected += season(at);
      }
      const level = expected === 0 ? 1 : seen / expected;
      const isDeclared = knowsCalendar && isInSale(minute + ahead);
      return season(minute + ahead) * level * (isDeclared ? sale.declaredFactor : 1);
    };
  };

export const methods = {
  'Holt, as the fleet has it': holt(0.4, 0.2),
  'Holt, calm': holt(0.1, 0.02),
  'the last value': (series) => (minute) => series[minute] ?? 0,
  'same minute of other weeks': (series) => {
    const season = seasonOf(series);
    return (minute, ahead) => season(minute + ahead);
  },
  'season × level': seasonal(false),
  'season × level × calendar': seasonal(true),
  'whoever knows the true rate': () => (minute, ahead) => trueRate(minute + ahead),
} satisfies Record<string, Method>;
export type MethodName = keyof typeof methods;

export interface ForecastError {
  /** Mean error of the carts of 15 minutes that begin 15 minutes from now, of their mean, on ordinary days. */
  readonly ordinary: number;
  /** Of the carts of the sale, those of which nobody knew 15 minutes before. */
  readonly shortfall: number;
}

/** The error of a method, in the last week: what it learns from are the three before. */
export function errorOf(method: MethodName, series: readonly number[]): ForecastError {
  const tell = methods[method](series);
  let error = 0;
  let sum = 0;
  for (let minute = 3 * minutesPerWeek; minute < sale.from - 3 * horizon; minute += horizon) {
    let told = 0;
    let came = 0;
    for (let ahead = horizon; ahead < 2 * horizon; ahead += 1) {
      told += tell(minute, ahead);
      came += series[minute + ahead] ?? 0;
    }
    error += Math.abs(told - came);
    sum += came;
  }
  let missed = 0;
  let inSale = 0;
  for (let minute = sale.from; minute < sale.from + sale.minutes; minute += 1) {
    const came = series[minute] ?? 0;
    missed += Math.max(0, came - tell(minute - horizon, horizon));
    inSale += came;
  }
  return { ordinary: error / sum, shortfall: missed / inSale };
}

/** How a fleet decides how many nodes it wants: by what is, by what is forecast, or by the greater of both. */
export const growths = ['by the load', 'by the forecast', 'by both, shrinks by the load'] as const;
export type Growth = (typeof growths)[number];

/** What one node does, with two fifths to spare. */
const cartsPerNode = 10;
const nodesFor = (carts: number): number => Math.ceil(carts / 0.6 / cartsPerNode);

export interface FleetOutcome {
  /** Of the carts of the sale, those that found no room. */
  readonly withoutRoom: number;
  /** Nodes that nobody needed, on the day of the sale, in node-hours. */
  readonly spareNodeHours: number;
}

/** Runs a fleet through the day of the sale: what is ordered works 15 minutes later, what is given back goes at once. */
export function fleetBy(
  growth: Growth,
  method: MethodName,
  series: readonly number[],
): FleetOutcome {
  const tell = methods[method](series);
  const from = sale.from - 9 * 60;
  let ready = nodesFor(series[from] ?? 0);
  let boots: number[] = [];
  let lost = 0;
  let inSale = 0;
  let spareMinutes = 0;
  for (let minute = from; minute < from + minutesPerDay - horizon; minute += 1) {
    ready += boots.filter((readyAt) => readyAt <= minute).length;
    boots = boots.filter((readyAt) => readyAt > minute);
    const carts = series[minute] ?? 0;
    if (isInSale(minute)) {
      lost += Math.max(0, carts - ready * cartsPerNode);
      inSale += carts;
    }
    spareMinutes += Math.max(0, ready - nodesFor(carts));
    const byLoad = nodesFor(carts);
    const byForecast = nodesFor(tell(minute, horizon));
    const wanted = {
      'by the load': byLoad,
      'by the forecast': byForecast,
      'by both, shrinks by the load': Math.max(byLoad, byForecast),
    }[growth];
    for (let each = ready + boots.length; each < wanted; each += 1) boots.push(minute + horizon);
    ready = Math.min(ready, wanted);
  }
  return { withoutRoom: lost / inSale, spareNodeHours: spareMinutes / 60 };
}
