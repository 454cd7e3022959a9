import { createHash, randomUUID } from 'node:crypto'
import type { Environment } from '@marcbachmann/cel-js'
import type { Scene } from './activation.ts'
import { claimsForCel } from './json-value.ts'

/**
 * Adds functions of `security/policies` that CEL does not have: KrakenD page "Advanced Macros". Only the headers,
 * cookies and query parameters that the endpoint accepts are visible.
 *
 * @returns the function that finds calls of the functions that read the request
 */
export function registerMacros (env: Environment, scene: () => Scene): RegExp {
  const between = (value: bigint | number, low: bigint | number, high: bigint | number): boolean => value >= low && value <= high
  for (const type of ['int', 'double']) {
    env.registerFunction(`between(${type}, ${type}, ${type}): bool`, between)
    env.registerFunction(`${type}.between(${type}, ${type}): bool`, between)
  }
  env.registerFunction('isEmpty(dyn): bool', isEmpty)
  env.registerFunction('sha256(string): string', (text: string) => createHash('sha256').update(text).digest('hex'))
  env.registerFunction('uuid(): string', () => randomUUID())
  env.registerFunction('fromJSON(string): dyn', (json: string) => claimsForCel(JSON.parse(json)))

  const lines = (name: string): string[] => [scene().request.headers[name.toLowerCase()] ?? []].flat()
  const header = (name: string): string | undefined => lines(name)[0]
  const query = (name: string): string | undefined => scene().request.query?.[name]?.[0]
  const cookie = (name: string): string | undefined => cookieOf(lines('cookie').join(';'), name)
  for (const [what, read] of [['Header', header], ['Querystring', query], ['Cookie', cookie]] as const) {
    env.registerFunction(`has${what}(string): bool`, (name: string) => read(name) !== undefined)
    env.registerFunction(`get${what}(string): string`, (name: string) => read(name) ?? '')
  }
  return /\b(?:has|get)(?:Header|Querystring|Cookie)\b/
}

function isEmpty (value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && Object.keys(value).length === 0
}

function cookieOf (header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return undefined
}
