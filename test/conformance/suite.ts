import fs from 'node:fs'
import path from 'node:path'
import type { WireRoute } from './wire.ts'

/** What a suite file says. `{{pin.NAME}}` is the pin of a named certificate's key. Servers are real ones on free ports; their addresses fill the `{{name}}`s of the rest. */
export interface Suite {
  about: string
  servers?: Record<string, ServerSpec>
  config?: Record<string, unknown>
  /** The configuration as text, where its being text is the point. */
  configText?: string
  cases?: Case[]
  /** One start that must be refused. */
  startup?: Trial
  /** Many starts, each with its `value` in place of "{{value}}". */
  startups?: Trial[]
  env?: Record<string, string>
  /** Written before the start; `{{files}}` is their folder. */
  files?: Record<string, unknown>
  /** Whether sockets that each server accepted during a request count. */
  connections?: boolean
  /** Headers to compare that are ignored elsewhere. */
  show?: string[]
  /** Headers that servers saw, as lists too, a line an entry. */
  lines?: string[]
}

export interface ServerSpec {
  kind: 'http' | 'https' | 'http2' | 'proxy' | 'socks5' | 'refused' | 'wire'
  tls?: { cert?: string, minVersion?: string, maxVersion?: string, ciphers?: string, ecdhCurve?: string, clientCa?: string, requireClientCert?: boolean }
  /** Of `wire` servers: answers as bytes. */
  routes?: Route[] | WireRoute[]
  auth?: string
  status?: number
  hang?: boolean
}

export interface Route {
  path: string
  method?: string
  status?: number
  headers?: Record<string, string | string[]>
  body?: unknown
  bytes?: number
  base64?: string
  delay?: number
  hangup?: boolean
  truncate?: boolean
  gzip?: boolean
  echo?: boolean
  answers?: Partial<Route>[]
}

export interface Case {
  name: string
  request?: SuiteRequest
  requests?: SuiteRequest[]
  /** What the reference did, and where ours differs on purpose, what ours must do. */
  expect?: Expected | Expected[]
  want?: Expected | Expected[]
}

export interface SuiteRequest {
  /** Absent with `wire`. */
  path?: string
  /** Bytes to send on a connection of its own; `then` more of them `gap` ms later. `leave`: the client goes after so many ms. */
  wire?: string
  then?: string
  gap?: number
  /** How long nothing has to come, in ms, until all has come. */
  quiet?: number
  leave?: number
  slow?: boolean
  method?: string
  headers?: Record<string, string>
  body?: unknown
  bodyBytes?: number
  raw?: boolean
  digest?: boolean
  settle?: number
  repeat?: number
  /** `repeat` at the same time, not in turn. */
  together?: boolean
  wait?: number
  port?: string
  drop?: string[]
  stop?: string[]
  start?: string[]
}

export type Expected = Record<string, any>

export interface Trial {
  name?: string
  value?: unknown
  config?: Record<string, unknown>
  configText?: string
  says?: string[]
  hides?: string[]
  starts?: boolean
}

/** One thing a server saw. */
export interface Seen {
  server: string
  method: string
  path: string
  headers?: Record<string, unknown>
  body?: unknown
  tls?: unknown
  lines?: Record<string, string[] | null>
  /** Names and values of its header, as they came. */
  raw?: [name: string, value: string][]
  proxyAuthorization?: string | null
  /** Its version where it is not 1.1. */
  http?: '2'
}

/** Reads all suites of a folder below `suites/`, by name. */
export function readSuites (folder: string): [name: string, suite: Suite][] {
  const dir = path.join(import.meta.dirname, 'suites', folder)
  return fs.readdirSync(dir).filter((file) => file.endsWith('.json')).sort()
    .map((file) => [path.basename(file, '.json'), JSON.parse(fs.readFileSync(path.join(dir, file), 'utf8'))])
}
