/** Takes the characters of an expression one by one. */
export class PatternReader {
  readonly text: string
  /** Index of the next one. */
  at = 0

  constructor (text: string) {
    this.text = text
  }

  get atEnd (): boolean {
    return this.at >= this.text.length
  }

  /** Takes a character if it comes next. */
  take (character: string): boolean {
    if (this.text[this.at] !== character) return false
    this.at++
    return true
  }

  /** Takes the next character, whatever it is. */
  next (): string {
    const character = String.fromCodePoint(this.text.codePointAt(this.at)!)
    this.at += character.length
    return character
  }
}
