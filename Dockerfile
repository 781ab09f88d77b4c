# kycmock in an image of its binary alone: static, no shell, not root.
#
#   docker build -t kycmock --build-arg VERSION=1.2.3 --build-arg COMMIT=$(git rev-parse HEAD) .

ARG GO_VERSION=1.26
FROM --platform=$BUILDPLATFORM golang:${GO_VERSION}-bookworm AS build
ARG GOPROXY
ARG TARGETOS
ARG TARGETARCH
ARG VERSION=devel
ARG COMMIT
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -buildvcs=false -trimpath \
      -ldflags "-s -w -X main.version=$VERSION -X main.commit=$COMMIT" -o /out/kycmock ./cmd/kycmock \
    && mkdir -p /out/data

FROM scratch
ARG VERSION=devel
ARG COMMIT
LABEL org.opencontainers.image.title="kycmock" \
      org.opencontainers.image.description="A mock of the identity vendors Uqudo and UIP as senders of webhooks, for testing receivers." \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$COMMIT"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/kycmock /kycmock
# For what is to outlive the container, such as --ca-dir.
COPY --from=build --chown=65532:65532 /out/data /data
ENV KYCMOCK_ADDR=:8080 KYCMOCK_CONTAINER=true
EXPOSE 8080
USER 65532:65532
HEALTHCHECK --interval=5s --timeout=3s --start-period=2s --retries=3 CMD ["/kycmock", "healthcheck"]
ENTRYPOINT ["/kycmock"]
