import { opendir } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { encodePercent } from '@floodgate/go/url'
import { findFile, isHidden, type Found } from './find-file.ts'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' }

/** Names between which other requests are served, however many a folder has. */
const BATCH = 512
/** Links that are followed at the same time: all of a folder would hold up other files. */
const LINKS = 16

/**
 * Creates the page that lists a folder, as Go's file server writes it: the names in order, folders with a slash. What
 * would not be served is not listed.
 *
 * @param root which links may not leave
 * @param path of the folder below the root, decoded
 */
export async function listFolder (root: string, path: string, folder: string): Promise<Buffer> {
  const served = await readNames(folder, async (name) => (await findFile(root, `${path}/${name}`)).kind)
  const names = [...served.keys()].sort()
  const parts = [Buffer.from('<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n')]
  for (let i = 0; i < names.length; i += BATCH) {
    const lines = names.slice(i, i + BATCH).map((name) => writeLine(name, served.get(name) === 'folder'))
    parts.push(Buffer.from(lines.join('')))
    await setImmediate()
  }
  return Buffer.concat([...parts, Buffer.from('</pre>\n')])
}

/** Reads which names of a folder are served, and as what. */
async function readNames (folder: string, follow: (name: string) => Promise<Found['kind']>): Promise<Map<string, 'file' | 'folder'>> {
  const served = new Map<string, 'file' | 'folder'>()
  const links: string[] = []
  for await (const entry of await opendir(folder, { bufferSize: BATCH })) {
    if (isHidden(entry.name)) continue
    if (entry.isFile()) served.set(entry.name, 'file')
    else if (entry.isDirectory()) served.set(entry.name, 'folder')
    else links.push(entry.name)
  }
  for (let i = 0; i < links.length; i += LINKS) {
    await Promise.all(links.slice(i, i + LINKS).map(async (name) => {
      const kind = await follow(name)
      if (kind === 'file' || kind === 'folder') served.set(name, kind)
    }))
  }
  return served
}

function writeLine (name: string, isFolder: boolean): string {
  const slash = isFolder ? '/' : ''
  return `<a href="${encodePercent(name)}${slash}">${escapeHtml(name + slash)}</a>\n`
}

function escapeHtml (text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!)
}
