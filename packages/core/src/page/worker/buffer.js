// Takes the place of the global of Node in what is bundled, where it is used.
export { Buffer } from 'buffer/';
