import { isIP } from 'node:net'
import { ClientError } from '../call/client-error.ts'
import { writeAddress } from '../dial/connect-tcp.ts'
import { diagnose } from '../call/diagnose.ts'
import { describeProxy } from '../dial/proxy-address.ts'
import { alertOf } from '@floodgate/tls'
import { explainCertificate } from './explain-certificate.ts'
import { explainClientCertificate } from './explain-client-certificate.ts'
import { explainAgreement } from './explain-agreement.ts'
import type { Evidence, Verdict, Explanation, Subject, Fault } from './explanation.ts'

/** Explains what a probe found. */
export function explainFailure (evidence: Evidence): Verdict {
  const { error, words } = evidence
  const { fault, problem, cure } = explainError(evidence)
  const { stage, code, cause } = diagnose(error)!
  return { fault, stage, code, cause, problem, cure, sentence: `${problem}: ${cure}`, settings: [...words.named] }
}

/** Returns whether further handshakes can tell more about a failure. */
export function isWorthExploring ({ error, cause, trace }: Pick<Evidence, 'error' | 'cause' | 'trace'>): boolean {
  const { step } = trace
  if (step?.kind !== 'tls' || error.reason === 'FG_ERR_HTTP_CLIENT_DEADLINE') return false
  const peer = step.isProxy ? trace.peers.proxy : trace.peers.origin
  // If certificates were reached, both sides have agreed on everything else.
  if (peer === null || peer.request || peer.chain.length > 0) return false
  const alert = alertOf(cause)
  return cause === null || cause === 'ECONNRESET' || cause === 'EPIPE' || [
    'protocol_version', 'handshake_failure', 'insufficient_security', 'illegal_parameter', 'internal_error'
  ].includes(alert ?? '') ||
    /^ERR_SSL_(?!WRONG_VERSION|PACKET_LENGTH|.*_ALERT_)/.test(cause)
}

function explainError (evidence: Evidence): Explanation {
  switch (evidence.error.reason) {
    case 'FG_ERR_HTTP_CLIENT_DNS':
    case 'FG_ERR_HTTP_CLIENT_DIAL':
    case 'FG_ERR_HTTP_CLIENT_DIAL_TIMEOUT':
    case 'FG_ERR_HTTP_CLIENT_PROXY_DIAL': return explainDial(evidence)
    case 'FG_ERR_HTTP_CLIENT_PROXY_AUTH': return explainCredentials(evidence)
    case 'FG_ERR_HTTP_CLIENT_PROXY_REFUSED': return explainRefusal(evidence)
    case 'FG_ERR_HTTP_CLIENT_PROXY_PROTOCOL': return explainProxyProtocol(evidence)
    case 'FG_ERR_HTTP_CLIENT_DEADLINE': return explainSilence(evidence)
    default: return explainTls(evidence)
  }
}

/** Names the side that the last step was with. */
function subjectOf ({ destination, variable, trace, words }: Evidence): Subject {
  const isProxy = trace.step?.isProxy ?? false
  const { host, port } = isProxy && destination.through !== null ? destination.through : destination
  const address = writeAddress(host, port)
  if (!isProxy) return { host, port, where: address, setting: () => `host${words.at('host')}` }
  return { host, port, where: `the proxy ${address}`, setting: () => variable ?? `proxy_address${words.at('proxy_address')}` }
}

function explainDial (evidence: Evidence): Explanation {
  const { cause, error, settings, words, trace } = evidence
  const { host, where, setting } = subjectOf(evidence)
  const isProxy = trace.step?.isProxy ?? false
  const named = (fault: 'dns' | 'refused' | 'unreachable' | 'no-answer'): Fault => isProxy ? `proxy-${fault}` : fault
  const other = isProxy ? '' : '; a name that only a proxy knows needs a proxy_address'
  if (cause === 'EAI_AGAIN') {
    return {
      fault: named('dns'),
      problem: `the DNS of this machine does not answer for ${host}`,
      cure: `check its resolver (/etc/resolv.conf), and the name in ${setting()}`
    }
  }
  if (trace.step?.kind === 'dns' && cause !== null) {
    return {
      fault: named('dns'),
      problem: `there is no address for ${host} (${cause})`,
      cure: `correct the name in ${setting()}, or add it to the DNS of this machine${other}`
    }
  }
  if (cause === 'ECONNREFUSED') {
    return {
      fault: named('refused'),
      problem: `nothing listens at ${where}${seenAddresses(evidence)}`,
      cure: `start it, or correct ${setting()}`
    }
  }
  if (cause === 'EHOSTUNREACH' || cause === 'ENETUNREACH') {
    return {
      fault: named('unreachable'),
      problem: `there is no network route to ${where}${seenAddresses(evidence)} (${cause})`,
      cure: `check the network, its routes and firewalls, or correct ${setting()}`
    }
  }
  const limited = [error, error.cause].some(
    (failure) => failure instanceof ClientError && failure.reason === 'FG_ERR_HTTP_CLIENT_DIAL_TIMEOUT'
  )
  if (limited) {
    return {
      fault: named('no-answer'),
      problem: `${where} did not accept a connection within the dialer_timeout of ${settings.transport.dialerTimeout} ms${words.at('dialer_timeout')}`,
      cure: `check that packets arrive there (a firewall may drop them), raise dialer_timeout, or correct ${setting()}`
    }
  }
  return {
    fault: named('unreachable'),
    problem: `no connection to ${where}: ${cause ?? error.message}`,
    cure: `check that it runs, or correct ${setting()}`
  }
}

/** The addresses of a name, in brackets. */
function seenAddresses ({ trace: { addresses } }: Evidence): string {
  return addresses.length === 0 ? '' : ` (${addresses.join(', ')})`
}

function explainCredentials (evidence: Evidence): Explanation {
  const { proxy, error } = evidence
  const { where, setting } = subjectOf(evidence)
  const example = proxy === null ? '' : `${proxy.protocol}://user:password@${writeAddress(proxy.host, proxy.port)}`
  const answer = error.proxyStatus === null ? '' : ` (${error.proxyStatus})`
  if (proxy?.username == null && proxy?.password == null) {
    return {
      fault: 'proxy-credentials',
      problem: `${where} requires user and password${answer}, and ${setting()} has none`,
      cure: `add them: "${example}"`
    }
  }
  return {
    fault: 'proxy-credentials',
    problem: `${where} does not accept the user and password of ${setting()}${answer}`,
    cure: 'correct them there; @, :, / and % in them are written as %40, %3A, %2F and %25'
  }
}

function explainRefusal (evidence: Evidence): Explanation {
  const { destination: { host, port }, error, proxy, words } = evidence
  const { where, setting } = subjectOf(evidence)
  const target = writeAddress(host, port)
  const isSocks = proxy?.protocol.startsWith('socks')
  const answer = isSocks ? error.message.split(': ').at(-1)! : `${error.proxyStatus}`
  const failed = isSocks ? !answer.includes('not allowed') : error.proxyStatus !== null && error.proxyStatus >= 500
  if (failed) {
    return {
      fault: 'proxy-fails',
      problem: `${where} cannot connect to ${target} (${answer})`,
      cure: `check that ${target} runs and can be reached from the proxy, or correct host${words.at('host')}`
    }
  }
  return {
    fault: 'proxy-forbids',
    problem: `${where} refuses ${isSocks ? 'to connect' : 'CONNECT'} to ${target} (${answer})`,
    cure: `ask its operator to allow ${target}, or name another proxy in ${setting()}`
  }
}

function explainProxyProtocol (evidence: Evidence): Explanation {
  const { proxy, error, trace } = evidence
  const subject = subjectOf(evidence)
  const { where, setting } = subject
  // A proxy that refuses a client certificate may close the connection without an alert.
  const refused = trace.peers.proxy?.request && !error.message.includes('does not answer in')
    ? explainClientCertificate(evidence, subject)
    : null
  if (refused !== null) return refused
  const [problem = error.message] = error.message.split(': check')
  return {
    fault: 'proxy-protocol',
    problem,
    cure: `check that ${where} is a proxy of the kind that ${setting()} says: ${proxy === null ? '' : describeProxy(proxy)}`
  }
}

function explainSilence (evidence: Evidence): Explanation {
  const { destination, error, trace } = evidence
  const { host, where, setting } = subjectOf(evidence)
  const kind = trace.step?.kind ?? 'dns'
  const within = /within \d+ ms/.exec(error.message)?.[0] ?? 'in time'
  const isProxy = trace.step?.isProxy ?? false
  if (kind === 'dns') {
    return {
      fault: isProxy ? 'proxy-dns' : 'dns',
      problem: `the DNS of this machine did not answer for ${host} ${within}`,
      cure: 'check its resolver (/etc/resolv.conf)'
    }
  }
  if (kind === 'tcp') {
    return {
      fault: isProxy ? 'proxy-no-answer' : 'no-answer',
      problem: `${where}${seenAddresses(evidence)} did not accept a connection ${within}`,
      cure: `check that packets arrive there (a firewall may drop them), or correct ${setting()}`
    }
  }
  if (kind === 'tunnel') {
    return {
      fault: 'proxy-no-answer',
      problem: `${where} did not answer ${within} when asked for ${writeAddress(destination.host, destination.port)}`,
      cure: `check that it works and can reach that address, or correct ${setting()}`
    }
  }
  return explainSilentTls({ where, setting }, within)
}

function explainSilentTls ({ where, setting }: Pick<Subject, 'where' | 'setting'>, within: string): Explanation {
  return {
    fault: 'tls-silent',
    problem: `${where} accepts connections but did not answer TLS ${within}`,
    cure: `check that this port speaks TLS and that the service behind it is not stuck, or correct ${setting()}`
  }
}

function explainTls (evidence: Evidence): Explanation {
  const { cause, error, origin, proxy, trace, facts } = evidence
  const subject = subjectOf(evidence)
  const { where, setting, host } = subject
  const isProxy = trace.step?.isProxy ?? false
  const peer = isProxy ? trace.peers.proxy : trace.peers.origin
  const said = readText(peer?.firstBytes)
  if (said !== null) {
    const cure = isProxy
      ? `write ${describeProxy({ ...proxy!, protocol: 'http' })} in ${setting()}, or the port where it speaks TLS`
      : `write ${origin.replace('https:', 'http:')} in ${setting()}, or the port where it speaks TLS`
    return {
      fault: 'not-tls',
      problem: `${where} speaks ${said.startsWith('HTTP/') ? 'plain http' : 'something else'} on this port, not TLS (it answered ${JSON.stringify(said)})`,
      cure
    }
  }
  if (cause === 'ERR_TLS_HANDSHAKE_TIMEOUT') return explainSilentTls(subject, /within \d+ ms/.exec(error.message)?.[0] ?? 'in time')
  const explanation = explainCertificate(evidence, subject) ??
    explainClientCertificate(evidence, subject) ?? explainAgreement(evidence, subject)
  if (explanation !== null) return explanation
  const alert = alertOf(cause)
  if (alert === 'unrecognized_name' || (alert === 'internal_error' && (facts?.chain.length ?? 0) === 0)) {
    return {
      fault: 'unknown-name',
      problem: `${where} ended the handshake (${alert}): ${isIP(host) ? 'it may require a name, and an IP address sends none' : `it may not know the name ${host}`}`,
      cure: `write a name that it serves in ${setting()}`
    }
  }
  if (/^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)/.test(cause ?? '')) {
    return { fault: 'not-tls', problem: `${where} does not speak TLS on this port`, cure: `write the port where it does in ${setting()}` }
  }
  const { sentence } = diagnose(error)!
  return {
    fault: 'tls',
    problem: `no TLS with ${where} (${alert === null ? cause ?? 'it closed the connection' : `its alert: ${alert}`})`,
    cure: lowerFirst(sentence.replace(/\.$/, ''))
  }
}

/** The first line, of what is text and no TLS. */
function readText (bytes: Buffer | undefined): string | null {
  const [line = ''] = (bytes ?? Buffer.alloc(0)).toString('latin1').split(/[\r\n]/)
  return line.length >= 3 && /^[\x20-\x7e]+$/.test(line) ? line : null
}

function lowerFirst (text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`
}
