import type { Probe } from '@floodgate/http-client'

/** A certificate that soon expires. */
export interface ExpiryWarning {
  /** Whose it is: one of the server's chain, one of an https proxy's, or the client certificate that was sent. */
  readonly use: 'server' | 'proxy' | 'client'
  readonly subject: string
  readonly validTo: string
  /** Whole days that are left. */
  readonly daysLeft: number
}

const day = 86_400_000

/** Finds the certificates that were shown and expire within some days; whoever issued them included. */
export function findExpiring ({ tls, proxyTls }: Pick<Probe, 'tls' | 'proxyTls'>, days: number, now: Date): ExpiryWarning[] {
  const shown = [
    ...(tls?.chain ?? []).map((facts) => ['server', facts] as const),
    ...(proxyTls?.chain ?? []).map((facts) => ['proxy', facts] as const),
    ...[tls, proxyTls].flatMap((side) => side?.clientCertificate?.sent ?? []).map((facts) => ['client', facts] as const)
  ]
  return shown.flatMap(([use, { subject, validTo }]) => {
    const daysLeft = Math.floor((Date.parse(validTo) - now.getTime()) / day)
    return daysLeft < days ? [{ use, subject, validTo, daysLeft }] : []
  })
}
