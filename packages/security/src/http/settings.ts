/** Shape of `security/http`: KrakenD page "HTTP Security". */
import type { Static } from 'typebox'

export const namespace = 'security/http'

const text = { type: 'string', default: '' } as const
const texts = { type: 'array', items: { type: 'string' } } as const
const flag = { type: 'boolean', default: false } as const

export const HttpSettings = {
  type: 'object',
  properties: {
    allowed_hosts: {
      ...texts,
      description: 'Host names that requests may use, with their port if it is sent; case is ignored. Others are answered 500 "Bad Host". Default: all.'
    },
    allowed_hosts_are_regex: {
      ...flag,
      description: 'Whether `allowed_hosts` are regular expressions (Go syntax) that must match the whole host.'
    },
    host_proxy_headers: {
      ...texts,
      description: 'Headers in which a proxy passes the original host; the first one that is present is used.'
    },
    ssl_redirect: { ...flag, description: 'Whether requests without TLS are redirected to https (301).' },
    ssl_host: { ...text, description: 'Host of the redirect. Default: the host of the request.' },
    ssl_proxy_headers: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'Headers with the exact value by which a proxy marks requests that it received over TLS.'
    },
    ssl_certificate: {
      ...text,
      inert: 'the certificate of the listener is set in "tls"',
      description: 'Has no effect, as on KrakenD: the certificate of the listener is set in `tls`.'
    },
    ssl_private_key: {
      ...text,
      inert: 'the private key of the listener is set in "tls"',
      description: 'Has no effect, like `ssl_certificate`.'
    },
    sts_seconds: { type: 'integer', default: 0, description: 'max-age of Strict-Transport-Security; 0: the header is not sent.' },
    sts_include_subdomains: { ...flag, description: 'Whether Strict-Transport-Security includes subdomains.' },
    force_sts_header: { ...flag, description: 'Whether Strict-Transport-Security is also sent without TLS.' },
    frame_deny: { ...flag, description: 'X-Frame-Options: DENY.' },
    custom_frame_options_value: { ...text, description: 'Custom value of X-Frame-Options; takes precedence over `frame_deny`.' },
    content_type_nosniff: { ...flag, description: 'X-Content-Type-Options: nosniff.' },
    browser_xss_filter: { ...flag, description: 'X-XSS-Protection: 1; mode=block.' },
    content_security_policy: { ...text, description: 'Content-Security-Policy; the backend\'s own is sent as well.' },
    referrer_policy: { ...text, description: 'Referrer-Policy.' },
    hpkp_public_key: { ...text, description: 'Public-Key-Pins, on TLS only.' },
    is_development: { ...flag, description: 'Disables `allowed_hosts`, the redirect, Strict-Transport-Security and Public-Key-Pins.' }
  }
} as const
export type HttpSettings = Static<typeof HttpSettings>
