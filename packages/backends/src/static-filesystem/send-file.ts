import type { Readable } from 'node:stream'
import send from '@fastify/send'
import { findFile, type NotFound } from './find-file.ts'
import { listFolder } from './listing.ts'

/** The parts of a request that decide how a file is sent: the method GET or HEAD, header names in lower case. */
export interface FileRequest {
  readonly method: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface FileAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Record<string, string>
  /** A stream that is not read must be destroyed. */
  readonly body: Readable | Buffer | null
  /** Why a file could not be read (status 500); null otherwise. */
  readonly cause: unknown
}

export interface SendFileOptions {
  /** Absolute folder, to which paths are relative. */
  readonly root: string
  readonly listsFolders: boolean
  /**
   * The client's whole path, decoded, if it is redirected to its usual form, as by Go's file server: a folder ends in a
   * slash, a file does not, and `index.html` is its folder. Default: never.
   */
  readonly requested?: string
}

const INDEX = 'index.html'
const texts = { 403: '403 Forbidden\n', 404: '404 page not found\n', 416: 'invalid range: failed to overlap\n', 500: '500 Internal Server Error\n' } as const

/**
 * Answers a request with the file of a path: its content with a type by its ending, a part of it (`Range`), or nothing
 * new (`If-None-Match`, `If-Modified-Since`). A folder is answered with its `index.html`, a list of its files, or 404.
 *
 * @param path decoded, below the folder
 */
export async function sendFile (
  request: FileRequest,
  path: string,
  { root, listsFolders, requested }: SendFileOptions
): Promise<FileAnswer> {
  if (requested?.endsWith(`/${INDEX}`)) return redirect('./')
  const found = await findFile(root, path)
  if ('cause' in found) return refuse(found)
  if (found.kind === 'file') {
    return requested?.endsWith('/') ? redirect(`../${lastName(requested)}`) : await sendContent(request, found.path)
  }
  if (requested?.endsWith('/') === false) return redirect(`${lastName(requested)}/`)
  const index = await findFile(root, `${path}/${INDEX}`)
  if (index.kind === 'file') return await sendContent(request, index.path)
  if (!listsFolders) return textAnswer(404)
  return await sendList(request, await listFolder(root, path, found.path), found.modified)
}

async function sendContent ({ method, headers }: FileRequest, file: string): Promise<FileAnswer> {
  const request = { method, headers } as unknown as Readable
  const { statusCode: status, headers: sent, stream } = await send(request, encodeURI(file).replaceAll('#', '%23').replaceAll('?', '%3F'), {
    cacheControl: false, dotfiles: 'allow', index: false
  })
  const own = { 'content-type': 'application/octet-stream', ...lowerCase(sent) }
  if (method !== 'HEAD' && (status === 200 || status === 206)) return { status, headers: own, body: stream, cause: null }
  stream.destroy()
  switch (status) {
    case 200: case 206: return { status, headers: own, body: null, cause: null }
    case 304: return { status, headers: lowerCase(sent), body: null, cause: null }
    // Its answers to failures are pages.
    case 412: return { status, headers: {}, body: null, cause: null }
    case 416: return isWhole(headers['range'], sent['Content-Range']!)
      ? await sendContent({ method, headers: { ...headers, range: 'bytes=0-' } }, file)
      : textAnswer(416, { 'content-range': sent['Content-Range']! })
    default: return textAnswer(status === 404 ? 404 : 500)
  }
}

/** The last bytes, and more of them than the file has, are the whole file (RFC 9110, section 14.1.2); `@fastify/send` refuses that. */
function isWhole (range: FileRequest['headers'][string], size: string): boolean {
  return /^bytes=-0*[1-9]\d*$/.test(String(range)) && size !== 'bytes */0'
}

async function sendList ({ method, headers }: FileRequest, page: Buffer, modified: Date): Promise<FileAnswer> {
  const since = Date.parse(String(headers['if-modified-since']))
  const own = { 'last-modified': modified.toUTCString() }
  if (Math.floor(modified.getTime() / 1000) * 1000 <= since) return { status: 304, headers: own, body: null, cause: null }
  const described = { ...own, 'content-type': 'text/html; charset=utf-8', 'content-length': String(page.length) }
  return { status: 200, headers: described, body: method === 'HEAD' ? null : page, cause: null }
}

function refuse ({ kind, cause }: NotFound): FileAnswer {
  switch (kind) {
    case 'missing': return textAnswer(404)
    case 'forbidden': return textAnswer(403)
    case 'failed': return { ...textAnswer(500), cause }
  }
}

function textAnswer (status: keyof typeof texts, headers: Readonly<Record<string, string>> = {}): FileAnswer {
  const described = { ...headers, 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }
  return { status, headers: described, body: Buffer.from(texts[status]), cause: null }
}

/** Relative to the path of the request: the prefix of the app around the gateway is not known here. */
function redirect (location: string): FileAnswer {
  return { status: 301, headers: { location }, body: null, cause: null }
}

function lastName (path: string): string {
  return encodeURIComponent(path.split('/').filter((name) => name !== '').at(-1) ?? '')
}

function lowerCase (headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]))
}
