/** Cuts a text that is longer than `most`, and says so. In the browser. */
export function shorten (text: string, most: number): string {
  // No half of a character at the end.
  return text.length > most ? `${text.slice(0, most).replace(/[\ud800-\udbff]$/, '')} …` : text
}
