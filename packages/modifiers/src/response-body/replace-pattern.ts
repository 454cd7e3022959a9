import { GoRegexp } from '@floodgate/go/regexp'
import { responseBodyFault } from '../errors.ts'

/** How long the replacements in one text may take, in ms; a single search takes time linear in the text. */
const MOST_TIME = 500
/** How long a text may become, in characters. */
const MOST_LENGTH = 64 * 1024 * 1024

/**
 * Compiles a replacement of all matches of an expression (Go's `ReplaceAllString`). Its result throws a Fault where the
 * text of a backend makes it take longer than 500 ms, or 64 Mi characters long.
 *
 * @throws {SyntaxError} in Go's words
 */
export function compileReplacement (find: string, template: string): (text: string) => string {
  const pattern = new GoRegexp(find)
  return function replacePattern (text) {
    const end = performance.now() + MOST_TIME
    return pattern.replace(text, template,
      () => { if (performance.now() > end) throw responseBodyFault(`the replacements of ${find} take more than ${MOST_TIME} ms`) },
      (length) => {
        if (length > MOST_LENGTH) {
          throw responseBodyFault(`the replacements of ${find} make a text of more than ${MOST_LENGTH} characters`)
        }
      })
  }
}
