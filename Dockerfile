# The command `floodgate` on a root without a shell, as an unprivileged user: `docker build -t floodgate .` in a clone.
# docs/deploy.md describes how to run it.

# What it makes is the same for every processor, so it runs once for all platforms.
FROM --platform=$BUILDPLATFORM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY scripts scripts
COPY packages packages
RUN npm install --global --no-fund --no-audit "$(node -p "require('./package.json').packageManager")"
RUN --mount=type=cache,target=/pnpm \
    pnpm install --frozen-lockfile --store-dir /pnpm --filter floodgate-workspace --filter floodgate...
RUN node scripts/build.mjs --javascript
# The command and what it needs to run, by the lock file; types and source maps are for development.
RUN --mount=type=cache,target=/pnpm \
    pnpm --config.inject-workspace-packages=true --filter floodgate deploy --prod --store-dir /pnpm /app && \
    find /app -type f \( -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.map' \) -delete && \
    find /app -type d -empty -delete

FROM gcr.io/distroless/nodejs24-debian12:nonroot
LABEL org.opencontainers.image.title="Floodgate" \
      org.opencontainers.image.description="An API gateway that serves KrakenD v3 configurations" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /app /app
# Relative paths in a configuration start here.
WORKDIR /etc/floodgate
ENV NODE_ENV=production
# A number: Kubernetes cannot tell from a name that it is not root.
USER 65532:65532
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["/nodejs/bin/node", "/app/dist/bin.js", "healthcheck", "-c", "/etc/floodgate/krakend.json"]
ENTRYPOINT ["/nodejs/bin/node", "/app/dist/bin.js"]
CMD ["run", "-c", "/etc/floodgate/krakend.json"]
