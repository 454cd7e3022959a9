/** The steps of a JSON pointer (RFC 6901) in a value; numbers where it passes a list. */
export function pointerSteps (pointer: string, root: unknown): (string | number)[] {
  let value = root
  return pointer.split('/').slice(1).map((part) => {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    const key = Array.isArray(value) ? Number(name) : name
    value = (value as Record<string | number, unknown> | undefined)?.[key]
    return key
  })
}
