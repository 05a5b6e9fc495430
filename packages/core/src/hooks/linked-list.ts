/** One place in a list: holds its value, and the way to its neighbours. */
export interface Link<T> {
  readonly value: T;
  list: LinkedList<T> | undefined;
  previous: Link<T> | undefined;
  next: Link<T> | undefined;
}

/** A list whose entries leave from anywhere in constant time. */
export class LinkedList<T> {
  size = 0;
  first: Link<T> | undefined;
  last: Link<T> | undefined;

  /** Puts a value at the end; the link takes it out again. */
  append(value: T): Link<T> {
    const link: Link<T> = { value, list: this, previous: this.last, next: undefined };
    if (this.last === undefined) this.first = link;
    else this.last.next = link;
    this.last = link;
    this.size++;
    return link;
  }
}

/** Takes an entry out of the list that it is in; nothing happens when it is out already. */
export function unlink<T>(link: Link<T> | undefined): void {
  if (link === undefined) return;
  const { list, previous, next } = link;
  if (list === undefined) return;
  if (previous === undefined) list.first = next;
  else previous.next = next;
  if (next === undefined) list.last = previous;
  else next.previous = previous;
  list.size--;
  link.list = undefined;
  link.previous = undefined;
  link.next = undefined;
}

/** The values of a list as it is now: the list may change while they are gone through. */
export function valuesOf<T>(list: LinkedList<T>): T[] {
  const values: T[] = [];
  for (let link = list.first; link !== undefined; link = link.next) values.push(link.value);
  return values;
}
