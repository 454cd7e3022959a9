import { checkTlsFiles } from './check-files.ts'
import { UnusableFiles } from '../errors.ts'
import type { CertificateFiles } from '@floodgate/settings'
import { digestTlsFiles, type ReadFile } from './tls-files.ts'

/** How renewals went. */
export interface RotationStatistics {
  /** How often certificate files were read anew and put to use. */
  readonly renewed: number
  /** How often they could not be used. */
  readonly failed: number
  /** ISO 8601; null = never. */
  readonly lastRenewed: string | null
  /** Why what the files hold now is not in use; null = it is. */
  readonly lastError: string | null
}

/** Knows which content of certificate files is in use, and which was refused. */
export class Rotation {
  readonly #files: CertificateFiles | null
  #used: string
  #refused: string | null = null
  #renewed = 0
  #failed = 0
  #lastRenewed: string | null = null
  #lastError: string | null = null

  constructor (files: CertificateFiles | null, read: ReadFile) {
    this.#files = files
    this.#used = digestTlsFiles(files, read)
  }

  /** Whether the files hold something that is neither in use nor refused already. What is in use again mends a failure. */
  isDue (read: ReadFile): boolean {
    const digest = digestTlsFiles(this.#files, read)
    if (digest === this.#used) {
      this.#refused = null
      this.#lastError = null
    }
    return digest !== this.#used && digest !== this.#refused
  }

  /**
   * Judges what the files hold, and lets `use` put it to use.
   *
   * @throws {FG_ERR_TLS_UNUSABLE_FILES} or what `use` throws; then everything stays as it was
   */
  renew (read: ReadFile, use: () => void): void {
    const digest = digestTlsFiles(this.#files, read)
    try {
      const [problem] = checkTlsFiles(this.#files, read)
      if (problem !== undefined) throw new UnusableFiles([problem.message, problem.instead].filter(Boolean).join('; '))
      use()
    } catch (error) {
      this.#refused = digest
      this.#failed++
      this.#lastError = (error as Error).message
      throw error
    }
    this.#used = digest
    this.#refused = null
    this.#renewed++
    this.#lastRenewed = new Date().toISOString()
    this.#lastError = null
  }

  stats (): RotationStatistics {
    return { renewed: this.#renewed, failed: this.#failed, lastRenewed: this.#lastRenewed, lastError: this.#lastError }
  }
}
