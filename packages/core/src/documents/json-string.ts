const QUOTE = 0x22
const BACKSLASH = 0x5c

/**
 * Finds the byte after a JSON string's closing quote; the end of the text if there is none.
 *
 * @param open a position inside of it, or its opening quote
 */
export function endOfString (json: Buffer, open: number): number {
  let quote = open
  for (;;) {
    quote = json.indexOf(QUOTE, quote + 1)
    if (quote < 0) return json.length
    let before = quote - 1
    while (json[before] === BACKSLASH) before--
    if ((quote - before) % 2 === 1) return quote + 1
  }
}
