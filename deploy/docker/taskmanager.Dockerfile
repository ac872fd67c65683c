# Flink's own image, a JRE without jcmd, with Heaptide beside it. What of it is switched on is said by environment variables: see taskmanager-entrypoint.sh.
# Context: the root of the repository. Needs the image "heaptide" first: docker compose builds both.

FROM heaptide AS heaptide-image

FROM flink:2.3.0-java17
COPY --from=heaptide-image /usr/local/bin/node /usr/local/bin/node
COPY --from=heaptide-image /opt/heaptide /opt/heaptide
COPY --chmod=755 deploy/docker/taskmanager-entrypoint.sh /taskmanager-entrypoint.sh
# Transport, results and checkpoints, shared with dataspa; the agent's spool.
RUN mkdir -p /data /var/lib/heaptide && chown flink:flink /data /var/lib/heaptide
USER flink
ENTRYPOINT ["/taskmanager-entrypoint.sh"]
CMD ["taskmanager"]
