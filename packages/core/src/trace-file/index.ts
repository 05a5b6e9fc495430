export { traceText } from './trace-text.ts';
