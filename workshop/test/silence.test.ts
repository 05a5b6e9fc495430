import { describe, expect, it } from 'vitest';
import { createSilence } from '../src/silence.ts';

describe('a thread that gives no sign of life', () => {
  it('is stuck when it has computed for 20 s, however long that took', () => {
    const silence = createSilence();
    // A busy machine gives it 2 ms between two looks: 2,500 s on the wall.
    for (let workMs = 0; workMs < 20_000; workMs += 2) {
      expect(silence.look(0, workMs, 0)).toBeUndefined();
    }
    expect(silence.look(0, 20_000, 0)).toBe('computes');
  });

  it('may compute another 20 s after each beat and each message', () => {
    const silence = createSilence();
    expect(silence.look(1, 19_000, 0)).toBeUndefined();
    expect(silence.look(2, 38_000, 0)).toBeUndefined();
    silence.heard();
    expect(silence.look(2, 57_000, 0)).toBeUndefined();
    expect(silence.look(2, 58_000, 0)).toBe('computes');
  });

  it('is stuck when it has slept for 80 looks in a row', () => {
    const silence = createSilence();
    for (let looks = 0; looks < 79; looks++) expect(silence.look(0, 0.5, 0)).toBeUndefined();
    expect(silence.look(0, 0.5, 0)).toBe('sleeps');
  });

  it('may wait for its turn where others compute: ten for each core, ten times as long', () => {
    const silence = createSilence();
    for (let looks = 0; looks < 790; looks++) expect(silence.look(0, 0.5, 10)).toBeUndefined();
    const more = Array.from({ length: 20 }, () => silence.look(0, 0.5, 10));
    expect(more).toContain('sleeps');
  });

  it('sleeps no longer once it computes, beats or says something', () => {
    const silence = createSilence();
    const sleep = (beats: number, workMs: number): void => {
      for (let looks = 0; looks < 79; looks++) {
        expect(silence.look(beats, workMs, 0)).toBeUndefined();
      }
    };
    sleep(0, 0.5);
    expect(silence.look(0, 2, 0)).toBeUndefined();
    sleep(0, 2);
    expect(silence.look(1, 2, 0)).toBeUndefined();
    sleep(1, 2);
    silence.heard();
    sleep(1, 2);
  });
});
