export { captureStores } from './capture-stores.ts';
export { metricsChannelName, type MetricsMessage, publishMetrics } from './publish-metrics.ts';
