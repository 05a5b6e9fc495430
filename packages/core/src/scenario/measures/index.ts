export type { Charts, ChartSpec } from '../chart.ts';
export {
  type Counter,
  counter,
  defineMeasures,
  type Gauge,
  gauge,
  type Histogram,
  histogram,
  known,
  type Measure,
  type Measures,
} from './measure.ts';
export {
  type CounterReading,
  type GaugeReading,
  type HistogramReading,
  type Measured,
  readMeter,
  type Second,
  type SecondReading,
  type WindowReading,
} from './measured.ts';
export { type Meter, MeterState, windowMs } from './meter.ts';
