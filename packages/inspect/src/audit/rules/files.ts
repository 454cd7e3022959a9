import { realpathSync, statSync } from 'node:fs'
import { dirname, relative, resolve, sep } from 'node:path'
import type { Place } from '@floodgate/core'
import { backendFiles, serverFiles, type ServedFolder } from '../../served-files.ts'
import { at, type Rule, type Subject } from '../rule.ts'
import { tlsBlocks } from './tls-blocks.ts'

/** Files that are served, and those that are run. */
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
  },
  {
    id: 'writable-script',
    severity: 'HIGH',
    message: 'any user of this machine may change a script that the gateway runs',
    remedy: 'remove the permission of other users: chmod o-w',
    find: (subject) => scripts(subject).flatMap(({ file, place }) =>
      at(place, isWritableByOthers(file) || isWritableByOthers(dirname(file)), `any user of this machine may change ${file}`))
  }
]

const luaNamespaces = ['modifier/lua-endpoint', 'modifier/lua-proxy', 'modifier/lua-backend'] as const

/** Files that are run, in JavaScript or Lua. */
function scripts ({ model, backends, loaded: { folder } }: Subject): { file: string, place: Place }[] {
  return [model, ...model.endpoints, ...backends.map(({ backend }) => backend)].flatMap(({ extra, place }) => {
    const { module } = extra['floodgate.script'] as { module?: string } | undefined ?? {}
    const found = module === undefined ? [] : [{ file: resolve(folder, module), place: [...place, 'extra_config', 'floodgate.script', 'module'] }]
    return [...found, ...luaNamespaces.flatMap((namespace) => {
      const { sources = [] } = extra[namespace] as { sources?: readonly string[] } | undefined ?? {}
      return sources.map((source, i) => ({ file: resolve(source), place: [...place, 'extra_config', namespace, 'sources', i] }))
    })]
  })
}

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

/** A sticky folder, such as /tmp, does not let others replace a file. */
function isWritableByOthers (file: string): boolean {
  if (process.platform === 'win32') return false
  try {
    const { mode } = statSync(file)
    return (mode & 0o002) !== 0 && (mode & 0o1000) === 0
  } catch {
    return false
  }
}
