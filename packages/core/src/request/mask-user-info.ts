/** Masks `user:password@` of every URL in a text, also where JSON escapes its slashes. */
export function maskUserInfo (text: string): string {
  return text.includes('@') ? text.replace(/((?:\\?\/){2})[^\s"'<>]*@/g, '$1***@') : text
}
