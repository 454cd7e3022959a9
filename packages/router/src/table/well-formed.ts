const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** Says whether a text is Unicode throughout, so that it can be written as UTF-8. */
export function isWellFormed (text: string): boolean {
  return !LONE_SURROGATE.test(text)
}
