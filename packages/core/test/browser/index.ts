export { violations } from './axe.ts';
export { launch } from './launch.ts';
export { Received } from './received.ts';
