import http from 'node:http'
import { formatProblems } from '@floodgate/config-loader'
import type { ControlAnswer, GatewayStatus } from '@floodgate/gateway'
import { exitCodes } from '../exit-codes.ts'
import { printJson } from '../format/json.ts'
import type { Terminal } from '../terminal.ts'

/** So many hosts that get no requests are listed. */
const shownHosts = 20

export interface ControlOptions {
  control: string
  /** How long to wait for an answer, in ms. */
  timeout: number
  json?: boolean
}

/** Lets a running gateway read its configuration again. Resolves to the exit status: 1 if it has refused it. */
export async function reload (options: ControlOptions, terminal: Terminal): Promise<number> {
  const { json = false } = options
  return withAnswer('POST', '/reload', isControlAnswer, options, terminal, (answer) => {
    const { out, err, errColor } = terminal
    if (json) printJson(answer, terminal)
    if ('renewed' in answer) {
      if (!json) out(`unchanged: revision ${answer.revision}; certificates, keys and lists are read again\n`)
      return exitCodes.ok
    }
    const { changed, problems, restart, revision } = answer
    if (problems.length > 0 && !json) err(`${formatProblems(problems, { color: errColor, audience: 'command' })}\n`)
    if (changed === null) {
      err(`floodgate: not reloaded: revision ${revision} stays in use\n`)
      return exitCodes.configuration
    }
    if (!json) {
      out(`reloaded: revision ${revision}\n`)
      for (const what of ['added', 'removed', 'altered'] as const) for (const name of changed[what]) out(`${what}: ${name}\n`)
      if (restart.length > 0) out(`without effect until the gateway is started again: ${restart.join(', ')}\n`)
    }
    return exitCodes.ok
  })
}

/** Prints what a running gateway serves. Resolves to the exit status: 3 if no gateway answers, or no worker serves. */
export async function status (options: ControlOptions, terminal: Terminal): Promise<number> {
  const { json = false } = options
  return withAnswer('GET', '/status', isStatus, options, terminal, (answer) => {
    const { pid, address, revision, endpoints, reloads, workers, hostsOut = [] } = answer
    const serving = workers?.filter(({ serves }) => serves).length
    if (json) printJson(answer, terminal)
    else {
      terminal.out(`process ${pid} serves on ${address}\nrevision ${revision}, ${endpoints} endpoint${endpoints === 1 ? '' : 's'}\n`)
      terminal.out(`reloads: ${reloads.success} applied, ${reloads.failure} refused\n`)
      if (workers !== null) terminal.out(`workers: ${serving} of ${workers.length} serve\n`)
      for (const line of describeHosts(hostsOut)) terminal.out(`${line}\n`)
    }
    return serving === 0 ? exitCodes.start : exitCodes.ok
  })
}

function describeHosts (hosts: GatewayStatus['hostsOut']): string[] {
  const lines = hosts.slice(0, shownHosts).map(({ origin, address, worker, by, since, until, reason }) => {
    const at = address === null ? '' : ` at ${address}`
    const from = worker === null ? '' : ` from worker ${worker}`
    const end = until === null ? '' : ` until ${until}`
    return `no requests to ${origin}${at}${from} since ${since}${end} (${by}): ${reason}`
  })
  return hosts.length > shownHosts ? [...lines, `and to ${hosts.length - shownHosts} more: --json lists all`] : lines
}

async function withAnswer <Answer extends object> (
  method: string,
  path: string,
  isAnswer: (given: object) => given is Answer,
  { control, timeout }: ControlOptions,
  { err }: Terminal,
  take: (answer: Answer) => number
): Promise<number> {
  let answer: Answer
  try {
    const given = await ask(method, path, control, timeout)
    if (typeof given !== 'object' || given === null || !isAnswer(given)) throw new Error('it answered something that no gateway answers: another program listens there')
    answer = given
  } catch (error) {
    err(`floodgate: no gateway answers on ${control}: ${describe(error as NodeJS.ErrnoException, control)}\n`)
    return exitCodes.start
  }
  return take(answer)
}

function isControlAnswer (given: Partial<ControlAnswer>): given is ControlAnswer {
  if (typeof given.revision !== 'string') return false
  if ('renewed' in given) return true
  const { changed, problems, restart } = given as Partial<Exclude<ControlAnswer, { renewed: true }>>
  return Array.isArray(problems) && Array.isArray(restart) &&
    (changed === null || [changed?.added, changed?.removed, changed?.altered].every((names) => Array.isArray(names)))
}

function isStatus (given: Partial<GatewayStatus>): given is GatewayStatus {
  const { pid, address, revision, reloads, workers, hostsOut = [] } = given
  return typeof pid === 'number' && typeof address === 'string' && typeof revision === 'string' && typeof reloads === 'object' && reloads !== null &&
    (workers === null || Array.isArray(workers)) && Array.isArray(hostsOut)
}

/** Says what is wrong, and what to do. */
function describe ({ code = '', message }: NodeJS.ErrnoException, control: string): string {
  const why: Record<string, string> = {
    ENOENT: `there is no such file; start it with "floodgate run --control ${control}"`,
    ECONNREFUSED: 'no process listens there: the one that opened it has ended, or it is not a socket',
    EACCES: 'permission denied: only the user of the gateway may use it',
    ECONNRESET: 'it has closed the connection: it ends'
  }
  return why[code] ?? message
}

function ask (method: string, path: string, socketPath: string, timeout: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const late = AbortSignal.timeout(timeout)
    const fail = (error: Error): void => {
      reject(late.aborted ? new Error(`no answer within ${timeout} ms; what was asked for may still happen`) : error)
    }
    http.request({ method, path, socketPath, signal: late }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => { text += part }).on('error', fail).on('end', () => {
        if (response.statusCode !== 200) { reject(new Error(`it answered ${response.statusCode}`)); return }
        try { resolve(JSON.parse(text)) } catch { reject(new Error('it answered something that is not JSON')) }
      })
    })
      // Node closes a connection that is to speak another protocol, without an error.
      .on('close', () => { fail(new Error('it answered something that is not HTTP')) })
      .on('error', fail)
      .end()
  })
}
