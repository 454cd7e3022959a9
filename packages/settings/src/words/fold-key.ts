/** A key as it is compared: structural keys of the reference ignore case. */
export function foldKey (key: string): string {
  return key.toLowerCase()
}

/** Returns whether a key is a comment: it starts with `@`, `$`, `_` or `#`. */
export function isComment (key: string): boolean {
  const first = key.charCodeAt(0)
  return first === 64 || first === 36 || first === 95 || first === 35
}
