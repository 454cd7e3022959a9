export interface Signals {
  /** SIGTERM or SIGINT: let running requests finish, then end. */
  stop (signal: NodeJS.Signals): void
  /** A second one: the process ends right after this. */
  abandon? (): void
  /** SIGHUP: read files again. */
  renew (): void
}

/** Listens to the signals of the process until the returned function is called. */
export function followSignals ({ stop, abandon, renew }: Signals): () => void {
  let stopping = false
  const end = (signal: NodeJS.Signals) => {
    if (stopping) {
      abandon?.()
      process.exit(signal === 'SIGINT' ? 130 : 143)
    }
    stopping = true
    stop(signal)
  }
  process.on('SIGTERM', end).on('SIGINT', end).on('SIGHUP', renew)
  return () => { process.off('SIGTERM', end).off('SIGINT', end).off('SIGHUP', renew) }
}

/** Leaves the signals of a terminal or a supervisor to the primary, which gets them too. */
export function ignoreSignals (): void {
  const ignore = () => {}
  process.on('SIGTERM', ignore).on('SIGINT', ignore).on('SIGHUP', ignore)
}
