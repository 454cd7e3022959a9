/** The owner of memory to which parts are returned. */
export interface Owned {
  giveBack (part: Buffer): void
}

/** On the memory itself, where every part leads: a WeakMap costs more than the allocation it saves. */
export const ownerOf = Symbol('owner')

export type OwnedMemory = ArrayBufferLike & { [ownerOf]?: Owned }

/** No part that is taken back is smaller. */
const minPart = 4096

/**
 * Releases a body chunk for reuse, so that the next read does not allocate. Call it once per chunk
 * given to `onResponseData`, after the last use of its bytes (in the callback of `write`); or never: it is garbage then.
 */
export function recycle (chunk: Buffer): void {
  if (chunk.length <= minPart) return
  (chunk.buffer as OwnedMemory)[ownerOf]?.giveBack(chunk)
}
