import { open } from 'node:fs/promises'
import path from 'node:path'
import { martianFault } from '../../errors.ts'
import type { Fields } from '../fields.ts'
import { replaceBody } from '../message-headers.ts'
import type { Modifier } from '../modifier.ts'
import { splitTarget } from '../split-target.ts'

/** Largest file that is sent, in bytes: 16 MiB. */
const maxFileBytes = 16 * 1024 * 1024

/** Content types by file extension: Go's built-in ones (mime/type.go). */
const types: Readonly<Record<string, string>> = {
  '.avif': 'image/avif',
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.htm': 'text/html; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.xml': 'text/xml; charset=utf-8'
}

/** `static.Modifier`: responds with a file instead of calling the backend. */
export function staticModifier (fields: Fields): Modifier {
  const root = path.resolve(fields.text('rootPath'))
  const explicit = new Map(
    Object.entries(fields.object('explicitPaths') ?? {}).flatMap(([from, to]) => typeof to === 'string' ? [[from, to] as const] : [])
  )
  return {
    request: (call) => { call.isSkipped = true },
    async response (response, { request }) {
      const wanted = cleanPath(splitTarget(request.target)[0])
      const file = wanted === null ? null : path.join(root, explicit.get(wanted) ?? wanted)
      // Both are joined below the root, so that no path leads out of it.
      if (file === null ||
        !(file === root || file.startsWith(root.endsWith(path.sep) ? root : root + path.sep))) { response.status = 404; return }
      const content = await readFile(file)
      if (content === null) { response.status = 404; return }
      response.headers['content-type'] = types[path.extname(file).toLowerCase()] ?? ''
      replaceBody(response, content)
    }
  }
}

/** Returns the decoded path of a target without dot segments, beginning with a slash; null if no file can have it. */
function cleanPath (encoded: string): string | null {
  try {
    const decoded = decodeURIComponent(encoded)
    return decoded.includes('\0') ? null : path.posix.normalize(`/${decoded}`)
  } catch {
    return null
  }
}

/** Reads a file; null if it does not exist. */
async function readFile (name: string): Promise<Buffer | null> {
  try {
    const handle = await open(name, 'r')
    try {
      const stats = await handle.stat()
      if (!stats.isFile()) return null
      if (stats.size > maxFileBytes) throw martianFault('static.Modifier: the file is larger than 16 MiB')
      return await handle.readFile()
    } finally {
      await handle.close()
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw code === undefined || code.startsWith('FG_') ? error : martianFault(`static.Modifier: ${code}`, error)
  }
}
