const reasons: Readonly<Record<string, string>> = { ENOENT: 'there is no such file', EACCES: 'permission denied', EISDIR: 'it is a folder', ENOTDIR: 'there is no such file' }

/** Says in a few words why a file cannot be read; of the system's rarer errors the code. */
export function describeFileError (error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'ENOTFILE' || code === 'EFBIG' ? message : reasons[code ?? ''] ?? code ?? 'unknown error'
}
