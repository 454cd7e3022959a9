const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** Returns whether a string is well-formed Unicode, so that it can be encoded as UTF-8. */
export function isWellFormed (text: string): boolean {
  return !LONE_SURROGATE.test(text)
}
