import { STATUS_CODES } from 'node:http'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' }

/** Returns the HTML note of a redirect for GET requests, byte for byte as Go's http.Redirect. */
export function redirectNote (status: number, location: string): Buffer {
  const href = location.replace(/[&<>"']/g, (character) => entities[character]!)
  return Buffer.from(`<a href="${href}">${STATUS_CODES[status]}</a>.\n\n`)
}
