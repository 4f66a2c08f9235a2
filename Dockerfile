# syntax=docker/dockerfile:1
FROM rust:1.95-slim-trixie AS build
# perl and make build OpenSSL for TLS to PostgreSQL.
RUN apt-get update \
    && apt-get install -y --no-install-recommends make perl \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --features pg-tls \
    && cp target/release/jiugai /usr/local/bin/jiugai \
    && strip /usr/local/bin/jiugai \
    && install -d -o 10001 -g 10001 -m 0700 /data

FROM debian:trixie-slim
# Certificates for the SMS gateway and other HTTPS endpoints.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/bin/jiugai /usr/local/bin/jiugai
COPY --from=build --chown=10001:10001 /data /data
ENV JIUGAI_LISTEN=0.0.0.0:8080 \
    JIUGAI_DATABASE_URL=sqlite:///data/jiugai.db \
    JIUGAI_DATA_DIR=/data \
    JIUGAI_KEY_FILE=/data/master.key \
    JIUGAI_LOG_FORMAT=json
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["jiugai", "health"]
ENTRYPOINT ["jiugai"]
CMD ["serve"]
