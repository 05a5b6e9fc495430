export { openTelemetryObserver } from './open-telemetry-observer.ts';
