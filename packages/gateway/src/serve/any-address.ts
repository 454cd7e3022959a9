/**
 * Calls `listen` with the configured address; '' = all addresses, of IPv6 and IPv4, or of IPv4 alone where the machine has
 * no IPv6, as many containers.
 */
export async function onAnyAddress<Listening> (listenIp: string, listen: (host: string) => Promise<Listening>): Promise<Listening> {
  if (listenIp !== '') return listen(listenIp)
  try {
    return await listen('::')
  } catch (err) {
    if (!['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes((err as NodeJS.ErrnoException).code ?? '')) throw err
    return listen('0.0.0.0')
  }
}
