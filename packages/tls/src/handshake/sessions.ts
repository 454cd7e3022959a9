const maxSessions = 512

/**
 * TLS sessions to resume, by host and port. A resumed session skips the check of the server's certificate, and keeps
 * its original client certificate: so a cache belongs to exactly one generation of one set of settings.
 */
export class Sessions {
  readonly #sessions = new Map<string, Buffer>()

  get (host: string, port: number): Buffer | undefined {
    return this.#sessions.get(`${host}:${port}`)
  }

  /** Stores the newest session of a server, and evicts the oldest of all if there are too many. */
  set (host: string, port: number, session: Buffer): void {
    const key = `${host}:${port}`
    this.#sessions.delete(key)
    this.#sessions.set(key, session)
    if (this.#sessions.size > maxSessions) this.#sessions.delete(this.#sessions.keys().next().value!)
  }
}
