import { isAbsolute, relative } from 'node:path'
import {
  writeOrigin, type CertificateFacts, type EnvironmentFacts, type ExplainedBackend, type ExplainedEndpoint,
  type Setting
} from '@floodgate/inspect/explain'
import picocolors from 'picocolors'
import { writeExpiry } from './expiry.ts'
import { layOut } from './table.ts'
import { drawTree, type Branch } from './tree.ts'

export interface ExplanationFormat {
  readonly color: boolean
  /** Folder to which file paths are shown relative. */
  readonly cwd: string
}

/** Number of days that counts as soon. */
const soon = 30
/** Largest number of backends that are listed for one client. */
const named = 5

type Paint = ReturnType<typeof picocolors.createColors>

/** Formats the explanation of an endpoint as text. */
export function drawExplanation ({ method, path, host, origin, backends }: ExplainedEndpoint, { color, cwd }: ExplanationFormat): string {
  const paint = picocolors.createColors(color)
  const at = origin === null ? '' : `  ${paint.dim(writeOrigin(origin))}`
  return drawTree(
    { text: `${paint.bold(`${method} ${path}`)}${host === null ? '' : ` (at ${host})`}${at}`, branches: backends.map((backend) => backendBranch(backend, paint, cwd)) }
  ).join('\n')
}

function backendBranch (backend: ExplainedBackend, paint: Paint, cwd: string): Branch {
  const { index, method, hosts, urlPattern, files, origin, client, settings, certificates, redirects, differences } = backend
  const list = (title: string, lines: readonly string[]): Branch[] => lines.length === 0
    ? []
    : [{ text: paint.bold(title), branches: lines.map((text) => ({ text })) }]
  return {
    text: `backend ${index}: ${method} ${hosts.length === 1 ? hosts[0] : `${hosts.join(', ') || 'no host'} `}${urlPattern}${origin === null ? '' : `  ${paint.dim(writeOrigin(origin))}`}`,
    branches: [
      ...files === null ? [] : [{ text: `${paint.bold('files')} of ${shorten(files, cwd)} answer: no host is called` }],
      {
        text: `${paint.bold('client')} ${client.key}, ${client.sharedWith.length === 0 ? 'used by this backend only' : `shared with ${listSome(client.sharedWith)}`}`
      },
      ...list('settings', layOut(settings.map((setting) => settingRow(setting, paint, cwd)))),
      ...list('certificates', certificates.map((certificate) => writeCertificate(certificate, paint, cwd))),
      ...list('proxy', writeProxy(backend)),
      ...list('redirects', redirects.sentences),
      ...list('differences to KrakenD', differences.map(({ text }) => text))
    ]
  }
}

/** Lists the first few. */
function listSome (names: readonly string[]): string {
  return names.length > named ? `${names.slice(0, named).join(', ')} and ${names.length - named} more` : names.join(', ')
}

function settingRow ({ key, value, from, origin, note }: Setting, { dim }: Paint, cwd: string): string[] {
  return [
    key,
    writeValue(key, value, cwd),
    from === 'default' ? dim(from) : from,
    origin === null ? '' : dim(writeOrigin(origin)),
    note === null ? '' : dim(note)
  ]
}

function writeValue (key: string, value: Setting['value'], cwd: string): string {
  if (value === null) return key === 'client_tls' ? '' : 'none'
  if (typeof value !== 'object') return String(value)
  return value.length === 0 ? 'none' : value.map((item) => typeof item === 'string' ? shorten(item, cwd) : item).join(', ')
}

function writeCertificate ({ use, subject, issuer, names, validTo, daysLeft, file }: CertificateFacts, paint: Paint, cwd: string): string {
  const expiry = writeExpiry(validTo, daysLeft, soon, paint)
  const issued = issuer === subject ? 'by itself' : `by ${issuer}`
  return `${use === 'client' ? 'sent' : 'trusted'}: ${subject || 'no subject'}, issued ${issued}${names.length > 0 ? `, for ${names.join(', ')}` : ''}, ${expiry} (${shorten(file, cwd)})`
}

function writeProxy ({ proxy: { address, direct, environment } }: ExplainedBackend): string[] {
  const own = address === null
    ? []
    : [`${address} (proxy_address)`, ...direct.map((host) => `${host} is connected directly: no_proxy of the backend`)]
  const others = environment.flatMap((facts) => facts.variable === null ? [] : [writeEnvironment(facts)])
  return own.length + others.length === 0 ? ['none: neither proxy_address nor an environment variable'] : [...own, ...others]
}

function writeEnvironment ({ host, variable, address, exempt }: EnvironmentFacts): string {
  return exempt === null ? `${address} for ${host} (${variable})` : `${variable} is not used for ${host}: ${exempt}`
}

function shorten (file: string, cwd: string): string {
  const short = relative(cwd, file)
  return isAbsolute(file) && !short.startsWith('..') ? short : file
}
