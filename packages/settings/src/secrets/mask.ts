/** Stands for what is not shown. */
export const mask = '***'

/** Masks `user:password@` of every URL in a text, also where JSON escapes its slashes. */
export function maskUserInfo (text: string): string {
  return text.includes('@') ? text.replace(/((?:\\?\/){2})[^\s"'<>]*@/g, `$1${mask}@`) : text
}

/** Takes user and password out of an address, also out of one that no parser accepts. */
export function hideCredentials (text: string): string {
  const at = text.lastIndexOf('@')
  if (at < 0) return text
  const scheme = /^\s*[A-Za-z][\w+.-]*:\/*/.exec(text)?.[0] ?? ''
  // Without a double slash, what stands before the colon may be the user.
  return `${scheme.includes('//') ? scheme : ''}${mask}@${text.slice(at + 1)}`
}

/** Returns the content of a file, perhaps of a key, from its path. */
export function isPasted (text: string): boolean {
  return /[\r\n]|-----BEGIN/.test(text)
}

/** A value as it may be shown wherever it is: a scalar without credentials and without pasted files; null for others. */
export function showScalar (value: unknown): string | number | boolean | null {
  if (typeof value === 'string') return value.includes('://') ? hideCredentials(value) : isPasted(value) ? mask : value
  return typeof value === 'number' || typeof value === 'boolean' ? value : null
}
