/** What a key asks for. */
export type Command = 'pause' | 'finish' | 'leave' | 'interrupt';

const commands: Readonly<Record<string, Command>> = {
  ' ': 'pause',
  f: 'finish',
  F: 'finish',
  q: 'leave',
  Q: 'leave',
  '\u0003': 'interrupt',
};

/** The part of `tty.ReadStream` that the live view uses. */
export interface TerminalInput {
  setRawMode(isRaw: boolean): unknown;
  resume(): unknown;
  pause(): unknown;
  on(event: 'data', listener: (chunk: Buffer | string) => void): unknown;
  off(event: 'data', listener: (chunk: Buffer | string) => void): unknown;
}

/**
 * Reads single keys until the returned function is called. In raw mode Ctrl-C is a key like any
 * other: it asks to stop. An escape sequence (an arrow key) is nothing.
 */
export function listenForKeys(input: TerminalInput, on: (command: Command) => void): () => void {
  const onData = (chunk: Buffer | string): void => {
    const text = String(chunk);
    if (text.startsWith('\u001b')) return;
    for (const key of text) {
      const command = commands[key];
      if (command !== undefined) on(command);
    }
  };
  input.setRawMode(true);
  input.on('data', onData);
  input.resume();
  return () => {
    input.off('data', onData);
    input.setRawMode(false);
    input.pause();
  };
}
