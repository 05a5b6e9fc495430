export { recordLine } from '../scenario/recorder.ts';
