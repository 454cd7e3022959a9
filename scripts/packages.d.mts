export interface Manifest {
  name: string
  version: string
  private?: boolean
  description: string
  license: string
  engines: Record<string, string>
  exports: Record<string, string | Record<string, string>>
  dependencies: Record<string, string>
  peerDependencies?: Record<string, string>
}
export const environment: Record<string, string>
export function listPackages (): { folder: string, manifest: Manifest }[]
export function listWorkspacePackages (): { folder: string, manifest: Manifest }[]
export function listMissingAddresses (packages: readonly { manifest: object }[]): string[]
export function pack (folder: string, destination: string): Promise<string>
export function checkTarball (tarball: string): Promise<void>
