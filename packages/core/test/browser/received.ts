import type { Page, Response } from 'playwright-core';

export interface Answer {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

async function read(response: Response): Promise<Answer> {
  return { url: response.url(), headers: response.headers(), body: await response.text() };
}

/**
 * What a page receives, read as it comes.
 * Await {@link stop} before the page is closed: closing it cuts off what is still being read.
 */
export class Received {
  readonly #answers: Promise<Answer>[] = [];
  readonly #page: Page;
  readonly #wanted: (url: string) => boolean;

  constructor(page: Page, wanted: (url: string) => boolean = () => true) {
    this.#page = page;
    this.#wanted = wanted;
    page.on('response', this.#take);
  }

  readonly #take = (response: Response): void => {
    if (this.#wanted(response.url())) this.#answers.push(read(response));
  };

  /** Everything so far, in the order in which it began to come. */
  all(): Promise<readonly Answer[]> {
    return Promise.all(this.#answers);
  }

  /** Takes nothing more, and ends when everything begun is read. */
  async stop(): Promise<void> {
    this.#page.off('response', this.#take);
    await this.all();
  }
}
