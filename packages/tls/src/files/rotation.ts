import { checkTlsFiles } from './check-files.ts'
import { UnusableFiles } from '../errors.ts'
import type { CertificateFiles } from '@floodgate/settings'
import { digestTlsFiles, type ReadFile } from './tls-files.ts'

/** Statistics of renewals. */
export interface RotationStatistics {
  /** Number of times certificate files were read again and are in use. */
  readonly renewed: number
  /** Number of times they could not be used. */
  readonly failed: number
  /** ISO 8601; null = never. */
  readonly lastRenewed: string | null
  /** Why the current files are not in use; null if they are. */
  readonly lastError: string | null
}

/** Tracks which content of certificate files is in use, and which was refused. */
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

  /**
   * Returns whether the content of the files is neither in use nor refused. If the content in use is restored, a
   * failure is cleared.
   */
  isDue (read: ReadFile): boolean {
    const digest = digestTlsFiles(this.#files, read)
    if (digest === this.#used) {
      this.#refused = null
      this.#lastError = null
    }
    return digest !== this.#used && digest !== this.#refused
  }

  /**
   * Checks the files and passes their content to `use`.
   *
   * @throws {FG_ERR_TLS_UNUSABLE_FILES} or the error of `use`; then nothing is changed
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
