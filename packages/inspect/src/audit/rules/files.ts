import { realpathSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { backendFiles, serverFiles, type ServedFolder } from '../../served-files.ts'
import { at, type Rule, type Subject } from '../rule.ts'
import { tlsBlocks } from './tls-blocks.ts'

/** Folders whose files are served. */
export const fileRules: readonly Rule[] = [
  {
    id: 'files-with-secrets',
    severity: 'CRITICAL',
    message: 'clients can read the configuration or a private key, because it is in a folder whose files are served',
    remedy: 'serve a folder that holds nothing but files for clients',
    find: (subject) => {
      const secret = secretFiles(subject)
      return folders(subject).flatMap(({ path, place }) => {
        const inside = secret.filter((file) => isBelow(path, file))
        const names = [...new Set(inside)].join(', ')
        return at([...place, 'path'], inside.length > 0, `clients can read ${names}, because it is below ${path}, whose files are served`)
      })
    }
  },
  {
    id: 'files-listed',
    severity: 'LOW',
    message: 'the names of all files of a folder are shown, also of those that nothing links to',
    remedy: 'remove directory_listing',
    find: (subject) => folders(subject).flatMap(({ listed, place }) => at([...place, 'directory_listing'], listed))
  }
]

/** Each folder once per place. */
function folders ({ model, backends }: Subject): ServedFolder[] {
  return [serverFiles(model), ...backends.map(({ backend }) => backendFiles(backend))].filter((folder) => folder !== null)
}

/** The files that were read for the configuration, and its private keys. */
function secretFiles (subject: Subject): string[] {
  const { loaded, model } = subject
  return [
    ...loaded.sources.map(({ file }) => file),
    ...(model.tls?.keys ?? []).map(({ privateKey }) => privateKey),
    ...tlsBlocks(subject).flatMap(({ tls }) => tls.clientCerts.map(({ privateKey }) => privateKey))
  ]
}

/** Hidden files are not served. */
function isBelow (folder: string, file: string): boolean {
  try {
    const names = relative(realpathSync(folder), realpathSync(file)).split(sep)
    return !names.some((name) => name.startsWith('.'))
  } catch {
    return false
  }
}
