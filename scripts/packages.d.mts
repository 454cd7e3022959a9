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
export function packingOptions (page: string | null): { flags: string[], env: Record<string, string> }
export function pack (folder: string, destination: string, page?: string | null): Promise<string>
export function checkTarball (tarball: string): Promise<void>
