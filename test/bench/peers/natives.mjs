// Gateways that are no Node programs, where they are installed: how each is started to serve W1 to W4 and W6.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

/** @returns name and command of each that is there */
export function findNatives ({ folder, port, plain, secure }) {
  const [plainHost, secureHost] = [plain, secure].map((origin) => origin.replace(/^\w+:\/\//, ''))
  fs.writeFileSync(path.join(folder, 'nginx.conf'), `daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log crit; events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 1000000000; client_body_buffer_size 64k; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/temp;
  fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  proxy_http_version 1.1; proxy_set_header Connection ""; proxy_max_temp_file_size 0; proxy_ssl_verify off;
  upstream plain { server ${plainHost}; keepalive 128; keepalive_requests 1000000000; }
  upstream secure { server ${secureHost}; keepalive 128; keepalive_requests 1000000000; }
  server { listen 127.0.0.1:${port('nginx')} backlog=4096; location / { proxy_pass http://plain; } location = /tls { proxy_pass https://secure/small; } }
}
`)
  fs.writeFileSync(path.join(folder, 'haproxy.cfg'), `global
  nbthread 1
  ssl-server-verify none
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  http-reuse always
frontend f
  bind 127.0.0.1:${port('haproxy')}
  acl tls path /tls
  http-request set-path /small if tls
  use_backend secure if tls
  default_backend plain
backend plain
  server s ${plainHost}
backend secure
  server s ${secureHost} ssl verify none
`)
  fs.writeFileSync(path.join(folder, 'Caddyfile'), `{
  admin off
  auto_https off
  log {
    level ERROR
  }
}
http://127.0.0.1:${port('caddy')} {
  handle /tls {
    rewrite * /small
    reverse_proxy ${secure} {
      transport http {
        tls_insecure_skip_verify
        keepalive_idle_conns_per_host 256
        versions 1.1
      }
    }
  }
  handle {
    reverse_proxy ${plainHost} {
      transport http {
        keepalive_idle_conns_per_host 256
      }
    }
  }
}
`)
  return [
    ['nginx', ['nginx', '-p', folder, '-e', path.join(folder, 'nginx.log'), '-c', path.join(folder, 'nginx.conf')]],
    ['haproxy', ['haproxy', '-db', '-f', path.join(folder, 'haproxy.cfg')]],
    ['caddy', ['caddy', 'run', '--config', path.join(folder, 'Caddyfile'), '--adapter', 'caddyfile']]
  ].filter(([name]) => isInstalled(name)).map(([name, command]) => ({ name, command, port: port(name) }))
}

export function isInstalled (program) {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`])
    return true
  } catch {
    return false
  }
}
