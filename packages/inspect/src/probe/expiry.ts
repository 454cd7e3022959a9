import type { Probe } from '@floodgate/http-client'

/** A certificate that expires soon. */
export interface ExpiryWarning {
  /** The owner: the server's chain, an https proxy's chain, or the client certificate that was sent. */
  readonly use: 'server' | 'proxy' | 'client'
  readonly subject: string
  readonly validTo: string
  /** Whole days left. */
  readonly daysLeft: number
}

const day = 86_400_000

/** Finds the certificates of the handshakes, including their issuers, that expire within some days. */
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
