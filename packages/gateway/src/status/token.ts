import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { addressOf, shortestToken, type StatusSettings } from './settings.ts'

/** A token, or why there is none; `null` = none is needed. */
export type TokenResult =
  | { readonly token: string | null }
  | { readonly key: 'address' | 'token' | 'token_file' | 'token_env', readonly problem: string }

const keys = ['token', 'token_file', 'token_env'] as const

/** Reads the token of the status page from where the settings say. Its problems do not contain it. */
export function readToken (settings: StatusSettings, env: NodeJS.ProcessEnv): TokenResult {
  const [key, second] = keys.filter((name) => settings[name] !== undefined)
  if (key === undefined) {
    const address = addressOf(settings)
    if (isLoopback(address)) return { token: null }
    return { key: 'address', problem: `"${address}" is not a loopback address: set a token as well (token, token_file or token_env), or use 127.0.0.1` }
  }
  if (second !== undefined) return { key: second, problem: `there is "${key}" already: keep one of them` }
  const read = key === 'token' ? { token: settings.token! } : key === 'token_env' ? readVariable(settings.token_env!, env) : readTokenFile(settings.token_file!)
  if ('problem' in read) return { key, problem: read.problem }
  const { token } = read
  if (token.length < shortestToken) return { key, problem: `the token there has ${token.length} characters: use ${shortestToken} or more` }
  // No Authorization header could have it: they are cut at spaces, and are bytes of ASCII.
  if (/[^!-~]/.test(token)) return { key, problem: 'the token has spaces, line ends, or characters that are not ASCII, which programs cannot send: use letters, digits and -._~+/=' }
  return read
}

/** Whether only this machine can connect to an address. */
function isLoopback (address: string): boolean {
  return address === 'localhost' || address === '::1' || (isIP(address) === 4 && address.startsWith('127.'))
}

type Read = { readonly token: string } | { readonly problem: string }

function readVariable (name: string, env: NodeJS.ProcessEnv): Read {
  const value = env[name]
  return value === undefined ? { problem: `the environment variable ${name} is not set` } : { token: value.trim() }
}

function readTokenFile (file: string): Read {
  try {
    return { token: readFileSync(file, 'utf8').trim() }
  } catch (error) {
    return { problem: `the file cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}` }
  }
}
