import { Readable } from 'node:stream'
import type { Body } from './message.ts'

/** Reads a client's body to its end when nobody wants it, so that its connection can be used again. */
export function drainBody (body: Body): void {
  if (!(body instanceof Readable)) return
  body.on('error', () => {})
  body.resume()
}
