/** Looks ahead in a series of figures that come at even intervals. */
export interface Forecast {
  /** Takes the next figure, and gives the one expected so many intervals later; never negative. */
  next(figure: number): number;
}

export interface ForecastOptions {
  /** Intervals to look ahead. */
  readonly horizon: number;
  /** Weight of the newest figure in the level, 0 to 1: small against noise, large for quick rises. */
  readonly levelWeight: number;
  /** Weight of the newest change in the trend, 0 to 1. */
  readonly trendWeight: number;
}

/** Double exponential smoothing: a level and a trend, both of which forget (Holt 1957). */
export function createForecast(options: ForecastOptions): Forecast {
  const { horizon, levelWeight, trendWeight } = options;
  let level: number | undefined;
  let trend = 0;
  return {
    next(figure) {
      const before = level ?? figure;
      level = levelWeight * figure + (1 - levelWeight) * (before + trend);
      trend = trendWeight * (level - before) + (1 - trendWeight) * trend;
      return Math.max(0, level + horizon * trend);
    },
  };
}
