import tls from 'node:tls'

/** IANA numbers that `curve_preferences` may hold; 29 (X25519) is not in the schema, but the reference accepts it. */
const names: ReadonlyMap<number, string> = new Map([[29, 'X25519'], [23, 'P-256'], [24, 'P-384'], [25, 'P-521']])

/** All curves of a `client_tls`. */
export const allCurves: readonly number[] = [...names.keys()]

/** Returns the name of a curve; its number if it is unknown. */
export function writeCurve (id: number): string {
  return names.get(id) ?? String(id)
}

const opensslNames: Record<string, number> = { X25519: 29, prime256v1: 23, secp384r1: 24, secp521r1: 25 }

/** Finds the IANA number of a curve by OpenSSL's name; null if it is not supported. */
export function curveId (openssl: string): number | null {
  return opensslNames[openssl] ?? null
}

/** Default curves of a `client_tls`. */
export const defaultCurves: readonly number[] = [23, 24, 25]

/** Returns which of the ids have an effect. */
export function usableCurves (ids: readonly number[]): number[] {
  return ids.filter((id) => names.has(id))
}

/** Formats curves as OpenSSL's `ecdhCurve`, in Go's own order: since 1.24 it ignores the order of the list. */
export function writeCurves (ids: readonly number[]): string {
  return [...names].filter(([id]) => ids.includes(id)).map(([, name]) => name).join(':')
}

let goCurves: string | null = null

/** Returns the curves of a client without `client_tls`: all of Go's, with the post-quantum hybrid if OpenSSL has it. */
export function writeGoCurves (): string {
  if (goCurves === null) {
    const classic = writeCurves([...names.keys()])
    const hybrid = `X25519MLKEM768:${classic}`
    goCurves = isKnown(hybrid) ? hybrid : classic
  }
  return goCurves
}

function isKnown (ecdhCurve: string): boolean {
  try {
    tls.createSecureContext({ ca: [], ecdhCurve })
    return true
  } catch {
    return false
  }
}

const curveNames: Readonly<Record<string, number>> = {
  p256: 23,
  prime256v1: 23,
  secp256r1: 23,
  curvep256: 23,
  p384: 24,
  secp384r1: 24,
  curvep384: 24,
  p521: 25,
  secp521r1: 25,
  curvep521: 25,
  x25519: 29
}

/** Finds the IANA number of a curve by any of its usual names; null if it is not supported. */
export function curveIdOf (name: string): number | null {
  const plain = name.toLowerCase().replace(/[^a-z\d]/g, '')
  return Object.hasOwn(curveNames, plain) ? curveNames[plain]! : null
}
