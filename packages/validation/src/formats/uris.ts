import { readUrl } from '@floodgate/go/url'
import { ipv6Problem } from './addresses.ts'

/** Checks an address with a scheme, with the rules of net/url. */
export function uriProblem (text: string): string | null {
  const url = readAddress(text)
  return typeof url === 'string' ? url : url.scheme === '' ? 'relative url' : null
}

/** Checks an address with or without a scheme. */
export function uriReferenceProblem (text: string): string | null {
  if (text.includes('\\')) return 'contains \\'
  const url = readAddress(text)
  return typeof url === 'string' ? url : null
}

/** Checks an address whose path may have `{names}`. */
export function uriTemplateProblem (text: string): string | null {
  const url = readAddress(text)
  if (typeof url === 'string') return url
  // Characters that net/url leaves unescaped in a path although it would escape them itself.
  const path = /^(?:[a-zA-Z][\w+.-]*:)?(?:\/\/[^/?#]*)?([^?#]*)/.exec(text)![1]!
  if (!/[{}]/.test(path)) return null
  for (const segment of path.split('/')) {
    let open = false
    for (const brace of segment.match(/[{}]|%7[bBdD]/g) ?? []) {
      const opens = brace === '{' || /b$/i.test(brace)
      if (opens === open) return 'nested curly braces'
      open = opens
    }
    if (open) return 'no matching closing brace'
  }
  return null
}

function readAddress (text: string): { scheme: string } | string {
  const url = readUrl(text)
  if (typeof url === 'string') return url
  const name = /^(.*?)(?::\d*)?$/s.exec(url.host)![1]!
  if (!name.includes(':')) return url
  if (!name.startsWith('[')) return 'ipv6 address not enclosed in brackets'
  const problem = ipv6Problem(name.replace(/^\[|\]$/g, ''))
  return problem === null ? url : `invalid ipv6 address: ${problem}`
}
