# dataspa: capture, app and serving in Node, and the jar of its Flink jobs. Context: the root of the repository.
FROM maven:3.9-eclipse-temurin-17 AS jobs
WORKDIR /src
COPY pom.xml ./
COPY dataspa/jobs dataspa/jobs
COPY lab/jobs lab/jobs
RUN mvn --batch-mode --no-transfer-progress --projects dataspa/jobs --also-make -DskipTests package

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /opt/dataspa
COPY . .
RUN npm ci --omit=dev --no-audit --no-fund && rm -rf bench deploy docs e2e lab

FROM node:24.21.0-bookworm-slim
COPY --from=build /opt/dataspa /opt/dataspa
COPY --from=jobs /src/dataspa/jobs/target/dataspa-jobs.jar /opt/dataspa/dataspa/jobs/target/dataspa-jobs.jar
COPY --chmod=755 deploy/docker/dataspa-entrypoint.sh /dataspa-entrypoint.sh
COPY deploy/docker/dataspa.yaml /etc/dataspa/dataspa.yaml
# The jobs of Flink's user write there as well.
RUN mkdir -p /data && chown 9999:9999 /data
USER 9999:9999
EXPOSE 8090
ENTRYPOINT ["/dataspa-entrypoint.sh"]
CMD ["run"]
