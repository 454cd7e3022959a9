const variable = 'FLOODGATE_WORKER'

/** The data that a worker receives at its start. */
export interface WorkerIdentity {
  readonly id: number
  readonly count: number
  /** Where all workers listen; never 0. */
  readonly port: number
}

/** The environment that makes a process of the same program a worker. */
export function workerEnvironment (place: WorkerIdentity): NodeJS.ProcessEnv {
  return { [variable]: JSON.stringify(place) }
}

/** Returns which worker this process is; null if it is not a worker. */
export function workerIdentity (): WorkerIdentity | null {
  const text = process.env[variable]
  return text === undefined ? null : JSON.parse(text)
}

/** Returns whether this process is a worker: the primary has already checked the configuration and logged its problems. */
export function isWorker (): boolean {
  return workerIdentity() !== null
}
