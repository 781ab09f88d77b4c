package scenarios_test

import (
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/scenarios"
)

// world is a mock as the world of a scenario.
type world struct {
	scenarios.World
	mock *mockserver.Server
}

// began is what the clock of a world shows at first.
var began = time.Date(2026, time.November, 22, 10, 0, 0, 0, time.UTC)

// newWorld starts a mock whose clock goes at this rate.
func newWorld(t *testing.T, rate float64, seed uint64) world {
	t.Helper()
	c := clock.New(began, rate)
	t.Cleanup(c.Close)
	mock := mockserver.Test(t, mockserver.Config{Clock: c, Seed: &seed}).Server
	return world{mock.World(), mock}
}
