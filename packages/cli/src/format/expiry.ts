import type picocolors from 'picocolors'

/** Formats when a certificate expires, in days if that is soon. */
export function writeExpiry (
  validTo: string,
  daysLeft: number,
  soon: number,
  { red, yellow }: Pick<ReturnType<typeof picocolors.createColors>, 'red' | 'yellow'>
): string {
  const date = validTo.slice(0, 10)
  if (daysLeft < 0) return red(`expired on ${date}`)
  return daysLeft < soon ? yellow(`expires on ${date}, in ${daysLeft} day${daysLeft === 1 ? '' : 's'}`) : `expires on ${date}`
}
