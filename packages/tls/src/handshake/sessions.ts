const maxSessions = 512

/**
 * TLS sessions to resume, by host and port. A resumed session skips the check of the server's certificate, and shows no
 * other client certificate than it began with: one cache belongs to one generation of one set of settings, never to two.
 */
export class Sessions {
  readonly #sessions = new Map<string, Buffer>()

  get (host: string, port: number): Buffer | undefined {
    return this.#sessions.get(`${host}:${port}`)
  }

  /** Keeps the newest session of a server, and forgets the oldest of all when there are too many. */
  set (host: string, port: number, session: Buffer): void {
    const key = `${host}:${port}`
    this.#sessions.delete(key)
    this.#sessions.set(key, session)
    if (this.#sessions.size > maxSessions) this.#sessions.delete(this.#sessions.keys().next().value!)
  }
}
