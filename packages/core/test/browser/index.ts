export { violations } from './axe.ts';
export { launch } from './launch.ts';
