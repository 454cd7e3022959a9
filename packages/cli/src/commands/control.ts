import http from 'node:http'
import { formatProblems } from '@floodgate/config-loader'
import type { ControlAnswer, GatewayStatus } from '@floodgate/gateway'
import { exitCodes } from '../exit-codes.ts'
import { printJson } from '../format/json.ts'
import type { Terminal } from '../terminal.ts'

export interface ControlOptions {
  control: string
  json?: boolean
}

/** Lets a running gateway read its configuration again. Resolves to the exit status: 1 if it has refused it. */
export async function reload ({ control, json = false }: ControlOptions, terminal: Terminal): Promise<number> {
  return withAnswer<ControlAnswer>('POST', '/reload', control, terminal, (answer) => {
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
export async function status ({ control, json = false }: ControlOptions, terminal: Terminal): Promise<number> {
  return withAnswer<GatewayStatus>('GET', '/status', control, terminal, (answer) => {
    const { pid, address, revision, endpoints, reloads, workers } = answer
    const serving = workers?.filter(({ serves }) => serves).length
    if (json) printJson(answer, terminal)
    else {
      terminal.out(`process ${pid} serves on ${address}\nrevision ${revision}, ${endpoints} endpoint${endpoints === 1 ? '' : 's'}\n`)
      terminal.out(`reloads: ${reloads.success} applied, ${reloads.failure} refused\n`)
      if (workers !== null) terminal.out(`workers: ${serving} of ${workers.length} serve\n`)
    }
    return serving === 0 ? exitCodes.start : exitCodes.ok
  })
}

async function withAnswer <Answer> (
  method: string,
  path: string,
  socketPath: string,
  { err }: Terminal,
  take: (answer: Answer) => number
): Promise<number> {
  let answer: Answer
  try {
    answer = await ask(method, path, socketPath) as Answer
  } catch (error) {
    err(`floodgate: no gateway answers on ${socketPath}: ${(error as Error).message}; start it with "floodgate run --control ${socketPath}"\n`)
    return exitCodes.start
  }
  return take(answer)
}

function ask (method: string, path: string, socketPath: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    http.request({ method, path, socketPath }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => { text += part }).on('error', reject).on('end', () => {
        if (response.statusCode !== 200) { reject(new Error(`it answered ${response.statusCode}`)); return }
        try { resolve(JSON.parse(text)) } catch { reject(new Error('it answered something that is not JSON')) }
      })
    }).on('error', reject).end()
  })
}
