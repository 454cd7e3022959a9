/** Says in a few words why a file cannot be read; of the system's own errors the code. */
export function describeFileError (error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'ENOTFILE' || code === 'EFBIG' ? message : code ?? 'unknown error'
}
