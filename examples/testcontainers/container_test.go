package kycmocktest

import (
	"cmp"
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

func TestOptionsAskForWhatTheySay(t *testing.T) {
	var request testcontainers.GenericContainerRequest
	for _, option := range options([]testcontainers.ContainerCustomizer{
		WithHostReceiver(3000),
		WithUqudoWebhook(HostURL(3000, "/uqudo")),
		WithUIPWebhook(HostURL(3000, "/uip")),
		WithSetup("uqudo: {accounts: {shop: {}}}"),
		WithClockRate(0),
		testcontainers.WithEnv(map[string]string{"KYCMOCK_SEED": "1"}),
	}) {
		if err := option.Customize(&request); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(request.ExposedPorts, []string{"8080/tcp"}) || !slices.Equal(request.HostAccessPorts, []int{3000}) {
		t.Errorf("it exposes %v, and reaches %v of the host", request.ExposedPorts, request.HostAccessPorts)
	}
	want := map[string]string{
		"KYCMOCK_UQUDO_WEBHOOK": "http://host.testcontainers.internal:3000/uqudo",
		"KYCMOCK_UIP_WEBHOOK":   "http://host.testcontainers.internal:3000/uip",
		"KYCMOCK_SETUP":         "uqudo: {accounts: {shop: {}}}\n",
		"KYCMOCK_CLOCK_RATE":    "0",
		"KYCMOCK_SEED":          "1",
	}
	if !maps.Equal(request.Env, want) {
		t.Errorf("its environment is %v, want %v", request.Env, want)
	}
	strategy, ok := request.WaitingFor.(*wait.MultiStrategy)
	if !ok || len(strategy.Strategies) != 1 {
		t.Fatalf("it waits for %+v", request.WaitingFor)
	}
	if one, ok := strategy.Strategies[0].(*wait.HTTPStrategy); !ok || one.Path != "/readyz" || one.Port.String() != port {
		t.Errorf("it waits for %+v", strategy.Strategies[0])
	}
}

// The whole of it, where there is a Docker daemon: KYCMOCK_IMAGE says which image,
// kycmock when it is not set.
func TestAReceiverOnThisHostIsToldAResult(t *testing.T) {
	testcontainers.SkipIfProviderIsNotHealthy(t)
	arrived := make(chan string, 1)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		arrived <- string(body)
	}))
	defer receiver.Close()
	at, err := url.Parse(receiver.URL)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(at.Port())
	if err != nil {
		t.Fatal(err)
	}

	mock, err := Run(t.Context(), cmp.Or(os.Getenv("KYCMOCK_IMAGE"), "kycmock"),
		WithHostReceiver(port), WithUqudoWebhook(HostURL(port, "/uqudo")))
	testcontainers.CleanupContainer(t, mock)
	if err != nil {
		t.Fatal(err)
	}
	base, err := mock.URL(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Post(base+"/_mock/v1/triggers", "application/json", strings.NewReader(`{"provider": "uqudo", "event": "enrollment"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusAccepted {
		t.Fatalf("the trigger was answered %s", answer.Status)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	select {
	case body := <-arrived:
		if !strings.Contains(body, "jwsResult") {
			t.Errorf("the receiver got %q", body)
		}
	case <-ctx.Done():
		t.Error("nothing arrived within a minute")
	}
}
