/** Shape of `geoip` in `plugin/http-server`: KrakenD Enterprise page "GeoIP". */
import { pluginProperties } from '../plugin-settings.ts'

export const plugin = 'geoip'

export const GeoipSettings = {
  type: 'object',
  properties: {
    name: pluginProperties.name,
    [plugin]: {
      type: 'object',
      description: 'Adds the header `X-Geoip` to every request: where the client\'s address is, as JSON.',
      properties: {
        citydb_path: {
          type: 'string',
          minLength: 1,
          description: 'File of a GeoIP2 or GeoLite2 City database (`.mmdb`), absolute or relative to the working directory; read at start and on SIGHUP.'
        }
      },
      required: ['citydb_path'],
      additionalProperties: false
    }
  }
} as const

export interface GeoipSettings {
  readonly name?: readonly string[]
  readonly geoip?: { readonly citydb_path: string }
}
