import type http from 'node:http'
import { createRandom } from '../attacks/random.mjs'

/** Writes an answer's body in pieces of 1 to 40 bytes, at most 64 of them, each in a turn of its own. The bytes decide where it is cut. */
export function writeInPieces (res: http.ServerResponse, payload: Buffer): void {
  const random = createRandom('pieces', payload.toString('latin1'))
  const least = Math.ceil(payload.length / 64)
  let at = 0
  next()

  function next (): void {
    if (at >= payload.length) {
      res.end()
      return
    }
    const end = at + least + random.between(0, Math.max(39, least))
    res.write(payload.subarray(at, end), () => { setImmediate(next) })
    at = end
  }
}
