/** What ends a block, beside the end of the script. */
export const ENDS_BLOCK: ReadonlySet<string> = new Set(['end', 'else', 'elseif', 'until'])

/** How strongly a binary operator binds: to its left, to its right. */
export const BINDING: Readonly<Record<string, readonly [left: number, right: number]>> = {
  or: [1, 1],
  and: [2, 2],
  '<': [3, 3],
  '>': [3, 3],
  '<=': [3, 3],
  '>=': [3, 3],
  '~=': [3, 3],
  '==': [3, 3],
  '..': [5, 4],
  '+': [6, 6],
  '-': [6, 6],
  '*': [7, 7],
  '/': [7, 7],
  '%': [7, 7],
  '^': [10, 9]
}
/** How strongly `not`, `-` and `#` bind. */
export const UNARY = 8
