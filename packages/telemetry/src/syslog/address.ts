import type { Target } from '../senders/sender.ts'

/** Where a syslog server listens. */
export type SyslogAddress = { readonly protocol: 'udp' | 'tcp', readonly target: Target } | { readonly protocol: 'unix', readonly target: { readonly path: string } }

export const defaultSyslogAddress = 'udp://127.0.0.1:514'

/** Reads `udp://host:port`, `tcp://host:port` or `unix:/path`; null = it is none of them. */
export function readSyslogAddress (text: string): SyslogAddress | null {
  if (text.startsWith('unix:')) {
    const path = text.slice('unix:'.length).replace(/^\/\//, '')
    return path.startsWith('/') ? { protocol: 'unix', target: { path } } : null
  }
  const match = /^(udp|tcp):\/\/(\[[\da-fA-F:.]+\]|[^\s:/[\]@]+)(?::(\d{1,5}))?$/.exec(text)
  const port = Number(match?.[3] ?? 514)
  if (match === null || port < 1 || port > 65535) return null
  return { protocol: match[1] as 'udp' | 'tcp', target: { host: match[2]!.replace(/^\[|\]$/g, ''), port } }
}
