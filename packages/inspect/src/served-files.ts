import type { Backend, Place, Service } from '@floodgate/core'

const server = 'server/static-filesystem'
const backend = 'backend/static-filesystem'

/** A folder whose files are served. */
export interface ServedFolder {
  /** As configured, absolute or relative to the working directory. */
  readonly path: string
  readonly listed: boolean
  /** Of its settings. */
  readonly place: Place
}

/** Returns the paths that `server/static-filesystem` answers with files, and its folder; null if it is not configured. */
export function serverFiles ({ extra, place }: Service): ServedFolder & { readonly prefix: string } | null {
  const settings = extra[server] as { path: string, prefix: string, directory_listing?: boolean } | undefined
  if (settings === undefined) return null
  const { path, prefix, directory_listing: listed = false } = settings
  return { path, prefix, listed, place: [...place, 'extra_config', server] }
}

/** Returns the folder whose files answer instead of a backend's hosts; null for other backends. */
export function backendFiles ({ extra, place }: Pick<Backend, 'extra' | 'place'>): ServedFolder | null {
  const settings = extra[backend] as { path: string, directory_listing?: boolean } | undefined
  if (settings === undefined) return null
  return { path: settings.path, listed: settings.directory_listing ?? false, place: [...place, 'extra_config', backend] }
}
