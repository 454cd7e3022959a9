import type { ProbedTarget } from '@floodgate/inspect/probe'
import { writePosition } from '@floodgate/inspect/explain'
import picocolors from 'picocolors'
import { writeExpiry } from './expiry.ts'
import { layOut } from './table.ts'
import { drawTree, type Branch } from './tree.ts'

export interface ProbeFormat {
  readonly color: boolean
  /** Number of days that counts as soon. */
  readonly warnExpiry: number
  /** Default: now. */
  readonly now?: Date
}

type Side = NonNullable<ProbedTarget['tls']>
type Facts = Side['chain'][number]

const day = 86_400_000
/** Largest number of backends that are listed for one target. */
const named = 5

/** Formats the result of a probe as text. */
export function drawProbe (target: ProbedTarget, { color, warnExpiry, now = new Date() }: ProbeFormat): string {
  const paint = picocolors.createColors(color)
  const { origin, at, proxy, ok, backends, unknown, verdict, settings, expiring, tls, proxyTls } = target
  const mark = !ok ? paint.red('✗') : expiring.length > 0 ? paint.yellow('!') : paint.green('✓')
  const who = backends.length > named ? `${backends.slice(0, named).join(', ')} and ${backends.length - named} more` : backends.join(', ')
  const line = (text: string): Branch => ({ text })

  function certificates (side: Side | null, owner: string): Branch[] {
    return (side?.chain ?? []).map((facts, i) => line(`${i === 0 ? `certificate of ${owner}` : 'issued by'}: ${describe(facts)}`))
  }
  function describe ({ subject, issuer, names, validTo }: Facts): string {
    const daysLeft = Math.floor((Date.parse(validTo) - now.getTime()) / day)
    return `${subject || 'no subject'}, issued by ${issuer === subject ? 'itself' : issuer}${names.length > 0 ? `, for ${names.join(', ')}` : ''}, ${writeExpiry(validTo, daysLeft, warnExpiry, paint)}`
  }
  function clientCertificate (side: Side | null, asker: string): Branch[] {
    const facts = side?.clientCertificate
    if (!facts?.asked) return []
    const wanted = facts.authorities.length === 0 ? '' : ` of ${facts.authorities.join(' or ')}`
    return [
      line(
        `client certificate: ${asker} requests one${wanted}; ${facts.sent === null ? `none was sent, because ${facts.reason}` : `${describe(facts.sent)} was sent`}`
      )
    ]
  }

  return drawTree({
    text: `${mark} ${paint.bold(origin)}${at === null ? '' : ` at ${at}`}${proxy === null ? '' : ` through ${proxy}`}  ${paint.dim(who)}`,
    branches: [
      ...layOut(writeSteps(target, paint)).map(line),
      ...certificates(proxyTls, 'the proxy'),
      ...clientCertificate(proxyTls, 'the proxy'),
      ...certificates(tls, 'the server'),
      ...clientCertificate(tls, 'the server'),
      ...unknown === null ? [] : [line(`not known: ${unknown}`)],
      ...verdict === null
        ? []
        : [line(`${paint.red('what is wrong')}: ${verdict.problem}`), line(`${paint.green('what to do')}: ${verdict.cure}`)],
      ...settings.flatMap(
        ({ path, origin }) => path === null || origin === null ? [] : [line(paint.dim(`at ${writePosition(origin)} ${path}`))]
      )
    ]
  }).join('\n')
}

function writeSteps (
  { steps, addresses, address, tls, proxyTls }: ProbedTarget,
  { red }: Pick<ReturnType<typeof picocolors.createColors>, 'red'>
): string[][] {
  const details: Partial<Record<string, string>> = {
    dns: addresses.join(', '),
    'proxy dns': addresses.join(', '),
    tcp: address ?? '',
    'proxy tcp': address ?? '',
    tls: writeTls(tls),
    'proxy tls': writeTls(proxyTls)
  }
  return steps.map(
    ({ name, ok, time }) =>
      [name, `${time.toFixed(1)} ms`.padStart(10), [ok ? '' : red('failed'), details[name] ?? ''].filter(Boolean).join(': ')]
  )
}

function writeTls (side: Side | null): string {
  if (side?.version == null) return ''
  return [
    side.version,
    side.suite,
    side.curve,
    side.verified ? null : 'certificates are NOT verified'
  ].filter((part) => part !== null).join(', ')
}
