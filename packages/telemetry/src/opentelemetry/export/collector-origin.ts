import type { OtlpSettings } from '../options.ts'

type Address = Pick<OtlpSettings, 'host' | 'port'>

/** Writes the address of an exporter: `https://` in front of the host asks for TLS, as in the reference. */
export function originOf ({ host, port = 0 }: Address): string {
  const isSecure = host.startsWith('https://')
  const name = host.replace(/^https?:\/\//, '').replace(/\/.*$/, '')
  return `${isSecure ? 'https' : 'http'}://${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${port === 0 ? 4317 : port}`
}

/** Returns whether the address of an exporter can be called: not if its host has a port, a path or credentials. */
export function isCallable (address: Address): boolean {
  if (!/^(?:https?:\/\/)?[^/]+\/?$/.test(address.host)) return false
  const origin = originOf(address)
  return URL.canParse(origin) && new URL(origin).username === ''
}
