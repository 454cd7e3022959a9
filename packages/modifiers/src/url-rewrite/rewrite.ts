import { GoRegexp } from '@floodgate/go/regexp'

/** Most work for one path, in instructions × characters: some ms. */
const MOST_WORK = 1_000_000
/** Longest path that a rewriting makes. */
const MOST_LENGTH = 65_536

export interface RewriteRules {
  readonly literal: ReadonlyMap<string, string>
  readonly regexp: readonly { readonly expression: GoRegexp, readonly replacement: string }[]
}

/**
 * Creates the rewriting of decoded paths: by the exact path, otherwise by the first expression that matches. Null = no
 * rule matches, or looking for one takes too much.
 */
export function createRewrite ({ literal, regexp }: RewriteRules): (path: string) => string | null {
  return function rewrite (path) {
    const exact = literal.get(path)
    if (exact !== undefined) return exact
    if (regexp.length === 0) return null
    let left = MOST_WORK
    const spend = (work: number): void => { if ((left -= work) < 0) throw new RangeError('too much work') }
    const grow = (length: number): void => { if (length > MOST_LENGTH) throw new RangeError('too long') }
    try {
      for (const { expression, replacement } of regexp) {
        if (expression.matches(path, spend)) return expression.replace(path, replacement, spend, grow)
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
    }
    return null
  }
}
