export { programCommand, startCommand } from '#start-command';
