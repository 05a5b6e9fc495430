export { exitCodes, type ExitCode } from './exit-codes.ts';
export type { LoadExample } from './load-example.ts';
export { main, type MainOptions } from './main.ts';
