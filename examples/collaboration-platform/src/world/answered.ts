/** What a process says at once; `otherwise` when it is down: then there is a rejection in its place. */
export function answered<T>(ask: () => T, otherwise: T): T {
  const answer = ask();
  if (!(answer instanceof Promise)) return answer;
  answer.catch(() => undefined);
  return otherwise;
}
