import { STATUS_CODES } from 'node:http'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' }

/** Writes the short note of a redirect for people who GET it, byte by byte as Go's http.Redirect. It is HTML. */
export function redirectNote (status: number, location: string): Buffer {
  const href = location.replace(/[&<>"']/g, (character) => entities[character]!)
  return Buffer.from(`<a href="${href}">${STATUS_CODES[status]}</a>.\n\n`)
}
