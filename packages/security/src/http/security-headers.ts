import type { HttpSettings } from './settings.ts'

export type SecurityHeaders = readonly (readonly [name: string, value: string])[]

/** Returns the headers of responses to requests with or without TLS. */
export function listSecurityHeaders (settings: HttpSettings, tls: boolean): SecurityHeaders {
  const { sts_seconds: seconds = 0, is_development: development = false } = settings
  const headers: [string, string | false | undefined][] = [
    [
      'strict-transport-security',
      seconds !== 0 &&
        (tls || settings.force_sts_header) &&
        !development &&
        `max-age=${seconds}${settings.sts_include_subdomains ? '; includeSubDomains' : ''}`
    ],
    ['x-frame-options', settings.custom_frame_options_value || (settings.frame_deny && 'DENY')],
    ['x-content-type-options', settings.content_type_nosniff && 'nosniff'],
    ['x-xss-protection', settings.browser_xss_filter && '1; mode=block'],
    ['public-key-pins', tls && !development && settings.hpkp_public_key],
    ['content-security-policy', settings.content_security_policy],
    ['referrer-policy', settings.referrer_policy]
  ]
  return headers.filter((header): header is [string, string] => Boolean(header[1]))
}
