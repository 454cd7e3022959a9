import { runeCount } from '../text/go-string.ts'

/** How a verb of Go's fmt formats its argument. */
export interface Flags {
  minus: boolean
  plus: boolean
  sharp: boolean
  space: boolean
  zero: boolean
  /** `%#v`: Go syntax. */
  sharpV: boolean
  /** `%+v`: with the names of fields. */
  plusV: boolean
  width: number | null
  precision: number | null
}

/** Returns flags of a plain verb. */
export function plainFlags (): Flags {
  return {
    minus: false, plus: false, sharp: false, space: false, zero: false, sharpV: false, plusV: false, width: null, precision: null
  }
}

/** Counts the characters that a text is short of its width. */
export function missingWidth (text: string, { width }: Flags): number {
  return width === null ? 0 : Math.max(0, width - runeCount(text))
}

/** Fills a text up to the width, with zeros on the left if the flag asks for them and `zeros` allows them. */
export function padText (text: string, flags: Flags, zeros = true): string {
  const missing = missingWidth(text, flags)
  if (missing === 0) return text
  if (flags.minus) return text + ' '.repeat(missing)
  return (flags.zero && zeros ? '0' : ' ').repeat(missing) + text
}
