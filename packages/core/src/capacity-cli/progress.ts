/** How far long work is, on a terminal's standard error and nowhere else; gone when it is done. */
export function showProgress(done: number, all: number): void {
  const { stderr } = process;
  if (!stderr.isTTY) return;
  const text = done < all ? `simulating: ${Math.floor((100 * done) / all)} %` : '';
  stderr.write(`\r\u001B[K${text}`);
}
