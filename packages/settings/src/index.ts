export type { CertificateFiles, ClientSettings, OwnClientSettings, ProxySettings, RedirectSettings, TlsSettings, TlsVersion, TransportSettings } from './client-settings.ts'
export { below, collectProblems, describeValue, hideCredentials, isPasted, listWords, type ClientProblem, type NoteProblem, type ProblemPath } from './client-problem.ts'
export type { ServerTls } from './server-tls.ts'
