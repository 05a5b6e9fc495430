/**
 * What took longer than this, in ms, was asked for more than once. An attempt that was given up may still
 * take effect, and who had to ask again may be told less: of when it did, and of what, nobody is sure.
 */
export const onceMs = 1_500;
