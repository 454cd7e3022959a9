/** The listener's `tls`, KrakenD page "TLS". */
export interface ServerTls {
  readonly keys: readonly { readonly publicKey: string, readonly privateKey: string }[]
  readonly minVersion: string
  readonly maxVersion: string
  readonly cipherSuites: readonly number[]
  readonly curvePreferences: readonly number[]
  readonly enableMtls: boolean
  readonly caCerts: readonly string[]
  readonly disableSystemCaPool: boolean
}
