/** The text that `pack` put into the page, under an id. @throws Error when there is none */
export async function unpack(id: string): Promise<string> {
  const packed = document.querySelector(`#${id}`)?.textContent;
  if (packed === null || packed === undefined) throw new Error(`The page has no "${id}".`);
  const bytes = Uint8Array.from(atob(packed.trim()), (character) => character.codePointAt(0) ?? 0);
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Response(inflated).text();
}
