import { Readable } from 'node:stream'
import type { Body } from '../request/message.ts'

/** Reads an unused client body to its end, so that its connection can be reused. */
export function drainBody (body: Body): void {
  if (!(body instanceof Readable)) return
  body.on('error', () => {})
  body.resume()
}
