/** Shape of `ip-filter` in `plugin/http-server` and `plugin/req-resp-modifier`: KrakenD page "IP Filtering". */
import type { Static } from 'typebox'

/** The supported plugin. */
export const plugin = 'ip-filter'
export const serverNamespace = 'plugin/http-server'
export const modifierNamespace = 'plugin/req-resp-modifier'

const texts = { type: 'array', items: { type: 'string' } } as const
const ranges = { type: 'array', items: { type: 'string', format: 'ip-range' } } as const

export const IpFilterSettings = {
  type: 'object',
  properties: {
    CIDR: { ...ranges, description: 'Addresses and networks, IPv4 or IPv6: "10.0.0.0/8", "127.0.0.1".' },
    allow: {
      type: 'boolean',
      default: false,
      description: 'true: only these addresses are allowed. false: all addresses but these are allowed.'
    },
    client_ip_headers: {
      ...texts,
      description: 'Headers with the client\'s address; the first one that is present is used. Default: X-Forwarded-For, X-Real-IP, X-Appengine-Remote-Addr.'
    },
    trusted_proxies: {
      ...ranges,
      description: 'Proxies whose headers are trusted. Default: headers are trusted from any sender, as on KrakenD, so that a client can claim any address.'
    }
  },
  required: ['CIDR']
} as const
export type IpFilterSettings = Static<typeof IpFilterSettings>

/** The supported part of a plugin namespace: `name` lists the enabled plugins. */
export const PluginSettings = {
  type: 'object',
  properties: {
    name: { type: 'array', items: { type: 'string' }, default: [], description: 'Names of the enabled plugins.' },
    'ip-filter': { ...IpFilterSettings, description: 'Which client addresses are allowed.' }
  }
} as const
export interface PluginSettings {
  readonly name?: readonly string[]
  readonly 'ip-filter'?: IpFilterSettings
}
