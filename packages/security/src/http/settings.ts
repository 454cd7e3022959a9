/** Shape of `security/http`: KrakenD page "HTTP Security". */
import type { Static } from 'typebox'

export const namespace = 'security/http'

const text = { type: 'string', default: '' } as const
const texts = { type: 'array', items: { type: 'string' } } as const
const flag = { type: 'boolean', default: false } as const

export const HttpSettings = {
  type: 'object',
  properties: {
    allowed_hosts: { ...texts, description: 'Host names, with their port if it is sent, that requests may ask for, case ignored; others get 500 "Bad Host". Default: all.' },
    allowed_hosts_are_regex: { ...flag, description: 'Whether `allowed_hosts` are expressions (Go syntax) that a host has to fit whole.' },
    host_proxy_headers: { ...texts, description: 'Headers in which a proxy tells the host it was asked for; the first that is there counts.' },
    ssl_redirect: { ...flag, description: 'Whether requests that came without TLS are sent to https, 301.' },
    ssl_host: { ...text, description: 'Host to send them to. Default: the one they asked for.' },
    ssl_proxy_headers: { type: 'object', additionalProperties: { type: 'string' }, description: 'Headers, with their exact value, by which a proxy tells that a request came with TLS.' },
    ssl_certificate: { ...text, inert: 'the listener\'s certificate is that of "tls"', description: 'Has no effect, as on the reference: the listener\'s `tls` has the certificate.' },
    ssl_private_key: { ...text, inert: 'the listener\'s key is that of "tls"', description: 'Has no effect, like `ssl_certificate`.' },
    sts_seconds: { type: 'integer', default: 0, description: 'max-age of Strict-Transport-Security; 0 = no header.' },
    sts_include_subdomains: { ...flag, description: 'Whether Strict-Transport-Security speaks for subdomains.' },
    force_sts_header: { ...flag, description: 'Whether it is sent without TLS too.' },
    frame_deny: { ...flag, description: 'X-Frame-Options: DENY.' },
    custom_frame_options_value: { ...text, description: 'X-Frame-Options of your own, before `frame_deny`.' },
    content_type_nosniff: { ...flag, description: 'X-Content-Type-Options: nosniff.' },
    browser_xss_filter: { ...flag, description: 'X-XSS-Protection: 1; mode=block.' },
    content_security_policy: { ...text, description: 'Content-Security-Policy; a backend\'s own is sent beside it.' },
    referrer_policy: { ...text, description: 'Referrer-Policy.' },
    hpkp_public_key: { ...text, description: 'Public-Key-Pins, on TLS only.' },
    is_development: { ...flag, description: 'Leaves out hosts, the redirect, Strict-Transport-Security and Public-Key-Pins.' }
  }
} as const
export type HttpSettings = Static<typeof HttpSettings>
