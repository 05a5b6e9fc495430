import { openTelemetryObserver } from '@firedrill/core/flows/opentelemetry';

if (typeof openTelemetryObserver !== 'function') throw new Error('There is no observer.');
