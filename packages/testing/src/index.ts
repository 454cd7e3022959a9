export { listen, readAll, startOrigin, trackSockets, type Origin, type Teardown } from './origin.ts'
export { createAuthority, encryptKey, selfSigned, writeFiles, type Authority, type Issued, type IssueRequest } from './certificates.ts'
export { until, waysOfChange, type ChangingFiles } from './change-files.ts'
export {
  createForwardProxy, resolveTest, startForwardProxy, type ForwardProxy, type ForwardProxyOptions, type SeenByProxy
} from './forward-proxy.ts'
export { createSocksProxy, startSocksProxy, type SeenBySocks, type SocksProxy, type SocksProxyOptions } from './socks-proxy.ts'
export { launch, type LaunchOptions, type World } from './launch.ts'
export { freePort } from './free-port.ts'
export { missingRedis, startRedis, startSilentRedis, type RedisServer } from './redis-server.ts'
export { missingProgram } from './missing-program.ts'
export { missingNotify, openNotifySocket, type NotifySocket } from './notify-socket.ts'
export { isLong } from './is-long.ts'
export { call, type ClientRequest, open } from './client.ts'
