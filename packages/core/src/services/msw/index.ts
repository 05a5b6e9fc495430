export { createMswTransport, type MswTransportOptions } from './msw-transport.ts';
