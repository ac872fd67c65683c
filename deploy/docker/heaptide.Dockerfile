# Heaptide: collector, pages and command line. Context: the root of the repository.
# It runs as the user of Flink's image, 9999: HotSpot lets nobody else attach but root.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /opt/heaptide
COPY . .
RUN npm ci --no-audit --no-fund \
  && npm run build -w @heaptide/web \
  && npm prune --omit=dev --no-audit --no-fund \
  && rm -rf bench deploy docs e2e lab

FROM node:24.21.0-bookworm-slim
COPY --from=build /opt/heaptide /opt/heaptide
RUN mkdir -p /var/lib/heaptide && chown 9999:9999 /var/lib/heaptide
ENV XDG_DATA_HOME=/var/lib
USER 9999:9999
EXPOSE 7070
ENTRYPOINT ["node", "/opt/heaptide/packages/cli/bin/heaptide.mjs"]
CMD ["--help"]
