import { endOfString } from '@floodgate/core'
import { tooMuch } from '../errors.ts'
import { countedJsonBytes, maxJsonContainers, maxJsonDepth } from './bounds.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN = 0x7b
const CLOSE = 0x7d

const SHORT_TEXT = 64

/**
 * Counts the levels, objects and lists of a long JSON text, before JSON.parse builds them.
 *
 * @throws {FG_ERR_AGGREGATE_DECODE} there are more than the bounds allow
 */
export function checkJsonBounds (json: Buffer): void {
  const { length } = json
  if (length <= countedJsonBytes) return
  let depth = 0
  let containers = 0
  let at = 0
  while (at < length) {
    const byte = json[at]!
    if (byte === QUOTE) {
      // A loop for short texts, which are most: a call of indexOf costs more. So it is here, and in core's json-numbers.ts,
      // instead of a function that both call.
      const near = at + SHORT_TEXT
      for (;;) {
        const char = json[++at]
        if (char === QUOTE) break
        if (char === BACKSLASH) at++
        if (at >= near) {
          at = at < length ? endOfString(json, at) - 1 : length
          break
        }
      }
    } else if (byte === OPEN || byte === OPEN_LIST) {
      if (++depth > maxJsonDepth) throw tooMuch(`is nested more than ${maxJsonDepth} levels deep`)
      if (++containers > maxJsonContainers) throw tooMuch(`has more than ${maxJsonContainers} objects and lists`)
    } else if (byte === CLOSE || byte === CLOSE_LIST) {
      depth--
    }
    at++
  }
}
