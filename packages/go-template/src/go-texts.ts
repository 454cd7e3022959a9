import { Budget, defaultLimits } from './evaluate/budget.ts'
import { decodeJson } from './json/decode.ts'
import { quote } from './texts/quote.ts'
import { wellFormed } from './texts/text.ts'
import { parseTime } from './time/parse.ts'
import { UTC } from './time/location.ts'
import { UrlProblem } from './url/escape.ts'
import { parseUrl, type GoUrl } from './url/url.ts'

/** Writes a text as `%q` does; what is not Unicode in it becomes U+FFFD. */
export function quoteText (text: string): string {
  return quote(wellFormed(text))
}

/**
 * Tells what json.Decoder says about a text that is no JSON document: `unexpected EOF` for one that breaks off, `EOF` for
 * one that never begins. Null where the text is JSON.
 */
export function jsonProblem (text: string): string | null {
  const problemOf = (text: string): string | null => decodeJson(text, new Budget(defaultLimits)).problem
  const problem = problemOf(text)
  if (problem === null || problem.startsWith('json: cannot unmarshal number')) return null
  // What depends on the character behind the end is about the end.
  const atEnd = problemOf(`${text}\u0001`) !== problemOf(`${text}\u0002`)
  if (atEnd) return text.trim() === '' ? 'EOF' : 'unexpected EOF'
  return problem
}

/** Tells what time.Parse says about a text that is no time of this layout; null where it is one. */
export function timeProblem (layout: string, text: string): string | null {
  const time = parseTime(layout, wellFormed(text), UTC)
  return typeof time === 'string' ? time : null
}

/** Parses a URL as url.Parse does; a text is what it says about one that it cannot read. */
export function readUrl (text: string): GoUrl | string {
  try {
    return parseUrl(wellFormed(text))
  } catch (error) {
    if (error instanceof UrlProblem) return `parse ${quoteText(text)}: ${error.message}`
    throw error
  }
}
