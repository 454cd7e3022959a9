import { readdir } from 'node:fs/promises'
import { encodePercent } from '@floodgate/go/url'
import { findFile, isHidden } from './find-file.ts'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' }

/**
 * Creates the page that lists a folder, as Go's file server writes it: the names in order, folders with a slash. What
 * would not be served is not listed.
 *
 * @param root which links may not leave
 * @param path of the folder below the root, decoded
 */
export async function listFolder (root: string, path: string, folder: string): Promise<Buffer> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !isHidden(name))
  const lines = await Promise.all(entries.map(async (entry): Promise<[string, string] | null> => {
    const isPlain = entry.isFile() || entry.isDirectory()
    const kind = isPlain ? (entry.isFile() ? 'file' : 'folder') : (await findFile(root, `${path}/${entry.name}`)).kind
    if (kind !== 'file' && kind !== 'folder') return null
    const name = kind === 'folder' ? `${entry.name}/` : entry.name
    return [entry.name, `<a href="${encodePercent(entry.name)}${kind === 'folder' ? '/' : ''}">${escapeHtml(name)}</a>\n`]
  }))
  const listed = lines.filter((line) => line !== null).sort(([a], [b]) => a < b ? -1 : 1)
  return Buffer.from(`<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${listed.map(([, line]) => line).join('')}</pre>\n`)
}

function escapeHtml (text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!)
}
