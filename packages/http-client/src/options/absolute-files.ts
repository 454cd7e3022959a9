import { resolve } from 'node:path'
import { isObject } from '@floodgate/settings'

/** The raw `backend/http/client` with the files of its `client_tls` as absolute paths; other values stay as they are. */
export function absoluteClientFiles (client: unknown, folder: string): unknown {
  return isObject(client) && 'client_tls' in client ? { ...client, client_tls: absoluteTlsFiles(client['client_tls'], folder) } : client
}

/**
 * The raw `client_tls` with its files as absolute paths.
 *
 * @param folder that relative paths refer to; in the client's own parser they refer to the working directory
 */
export function absoluteTlsFiles (tls: unknown, folder: string): unknown {
  if (!isObject(tls) || folder === process.cwd()) return tls
  const absolute = (file: unknown) => typeof file === 'string' && file !== '' && !file.includes('\n') ? resolve(folder, file) : file
  const { ca_certs: authorities, client_certs: pairs } = tls
  return {
    ...tls,
    ...(Array.isArray(authorities) && { ca_certs: authorities.map(absolute) }),
    ...(Array.isArray(pairs) && {
      client_certs: pairs.map((pair) => isObject(pair)
        ? Object.fromEntries(
          Object.entries(pair).map(([key, file]) => [key, key === 'certificate' || key === 'private_key' ? absolute(file) : file])
        )
        : pair)
    })
  }
}
