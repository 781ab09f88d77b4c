// Package kycmocktest runs kycmock in a container for the length of a test, with
// Testcontainers for Go. It wants a Docker daemon and an image of the mock, such
// as docker build -t kycmock makes in the folder of its Dockerfile.
//
//	mock, err := kycmocktest.Run(ctx, "kycmock",
//		kycmocktest.WithHostReceiver(port),
//		kycmocktest.WithUqudoWebhook(kycmocktest.HostURL(port, "/uqudo")))
//	testcontainers.CleanupContainer(t, mock)
//
// In a Go test mockserver.Test does the same without a container, and with a
// clock to move. This is for those who want to test against the very image that
// other languages and stages use.
package kycmocktest

import (
	"context"
	"fmt"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

// port is where the image listens.
const port = "8080/tcp"

// Container is a mock that runs. Terminate ends it.
type Container struct {
	*testcontainers.DockerContainer
}

// Run starts an image of the mock and returns when it is ready. Options of
// testcontainers-go can be given beside those of this package, such as
// testcontainers.WithEnv for any flag as its variable. With an error the
// container is not nil when it has to be terminated all the same, which
// testcontainers.CleanupContainer does either way.
func Run(ctx context.Context, image string, opts ...testcontainers.ContainerCustomizer) (*Container, error) {
	c, err := testcontainers.Run(ctx, image, options(opts)...)
	if err != nil {
		err = fmt.Errorf("running %s: %w", image, err)
	}
	if c == nil {
		return nil, err
	}
	return &Container{c}, err
}

// options are what every mock gets, and then the caller's own.
func options(more []testcontainers.ContainerCustomizer) []testcontainers.ContainerCustomizer {
	return append([]testcontainers.ContainerCustomizer{
		testcontainers.WithExposedPorts(port),
		// What the image's health check asks, without its five seconds in between.
		testcontainers.WithWaitStrategy(wait.ForHTTP("/readyz").WithPort(port)),
	}, more...)
}

// URL is where the mock is reached from the host: its control API below
// /_mock/v1, Uqudo's JWKS at /uqudo/api/.well-known/jwks.json, UIP's API at
// /uip/v1.
func (c *Container) URL(ctx context.Context) (string, error) {
	return c.PortEndpoint(ctx, port, "http")
}
